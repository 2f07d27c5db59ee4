-- view: journal.list
-- title: Journal
-- help: Every action and every reading of sensitive data, newest first.
-- read: admin, auditor
-- param: actor text where j.actor = :actor
-- param: action text where j.action = :action
-- column: seq int key
-- column: instant instant
-- column: actor text
-- column: action text
-- column: outcome text
-- column: arguments json
-- column: standing code hidden
-- column: told text hidden
-- column: given text hidden
-- column: hash text hidden
-- order: seq desc
SELECT j.seq AS seq, j.instant AS instant, j.actor AS actor, j.action AS action, j.outcome AS outcome,
    j.arguments AS arguments, CASE WHEN j.outcome LIKE 'done%' THEN 'done' ELSE 'refused' END AS standing,
    CASE WHEN j.outcome = 'done' THEN '' WHEN j.outcome LIKE 'done %' THEN substr(j.outcome, 6) ELSE j.outcome END AS told,
    CASE WHEN j.arguments = '{}' THEN '' ELSE j.arguments END AS given, substr(j.hash, 1, 16) AS hash
FROM journal j

-- view: job.list
-- title: Long tasks
-- help: Imports, searches for a grouping and other long tasks, newest first.
-- read: signed_in
-- scope: admin j.user_id = :user
-- scope: member j.user_id = :user
-- scope: staff j.user_id = :user
-- scope: authority j.user_id = :user
-- scope: accountant j.user_id = :user
-- scope: auditor j.user_id = :user
-- column: id id key link /jobs/{id}
-- column: action text
-- column: actor text
-- column: state code
-- column: started instant
-- column: ended instant
-- order: id desc
SELECT j.id AS id, j.action AS action, j.actor AS actor, j.state AS state, j.started AS started, j.ended AS ended
FROM job j
