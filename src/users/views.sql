-- view: user.list
-- title: Users
-- help: Who may come in, and with which roles.
-- read: admin
-- param: role code of admin|coordinator|member|staff|authority|accountant|auditor where EXISTS (SELECT 1 FROM user_grant g WHERE g.role = :role AND g.user_id = u.id)
-- param: q text search app_user u.id
-- column: id id key hidden
-- column: name ref sort link /users/{name}
-- column: display_name text sort
-- column: roles words
-- column: active bool
-- column: must_change bool
-- column: last_login instant sort
-- order: name
SELECT u.id AS id, u.name AS name, u.display_name AS display_name, u.roles AS roles, u.active AS active,
    u.must_change AS must_change, u.last_login AS last_login
FROM app_user u

-- view: user.show
-- title: User
-- read: admin
-- param: name ref
-- column: name ref
-- column: display_name text
-- column: roles words
-- column: active bool
-- column: must_change bool
-- column: failed int
-- column: locked_until instant
-- column: created instant
-- column: last_login instant
-- one
SELECT u.name AS name, u.display_name AS display_name, u.roles AS roles, u.active AS active,
    u.must_change AS must_change, u.failed AS failed, nullif(u.locked_until, 0) AS locked_until, u.created AS created,
    nullif(u.last_login, 0) AS last_login
FROM app_user u
WHERE u.name = :name

-- view: user.grants
-- title: Roles of a user
-- read: admin
-- param: name ref
-- column: role code
-- column: siret siret
-- column: organisation text
-- column: establishment ref
-- column: service code
-- whole
SELECT g.role AS role, coalesce(m.siret, '') AS siret, coalesce(m.name, '') AS organisation,
    coalesce(e.ref, '') AS establishment, g.service AS service
FROM user_grant g JOIN app_user u ON u.id = g.user_id
    LEFT JOIN member m ON m.id = g.organisation
    LEFT JOIN establishment e ON e.id = g.establishment
WHERE u.name = :name
ORDER BY g.role, g.id

-- view: user.sessions
-- title: My sessions
-- help: Where you are logged in. A session you do not know can be closed.
-- read: signed_in
-- column: session id
-- column: created instant
-- column: last_seen instant
-- column: expires instant
-- whole
SELECT s.id AS session, s.created AS created, s.last_seen AS last_seen, s.expires AS expires
FROM user_session s
WHERE s.user_id = :user
ORDER BY s.id

-- view: permission.list
-- title: Permissions
-- help: What each role may do, and what was taken away from it.
-- read: admin, auditor
-- param: role code of public|admin|coordinator|member|staff|authority|accountant|auditor where d.role = :role
-- column: role code
-- column: declaration text
-- column: kind code
-- column: allowed bool
-- whole
SELECT d.role AS role, d.declaration AS declaration, d.kind AS kind,
    CASE WHEN p.allowed = 0 THEN 0 ELSE 1 END AS allowed
FROM role_declaration d LEFT JOIN permission p ON p.role = d.role AND p.declaration = d.declaration
ORDER BY d.role, d.declaration
