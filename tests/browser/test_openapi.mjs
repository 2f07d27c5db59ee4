/* The description of the interface for programs: accepted by a validator of OpenAPI 3.1, its schemas by one of JSON Schema,
 * a few rules of good sense, and what the server really answers fits it. */
import { close_house, cookie_of, done, install, ok, open_house } from "./house.mjs";

install();
const { Validator } = await import("@seriousme/openapi-schema-validator");
const { default: Ajv } = await import("ajv/dist/2020.js");
const house = await open_house();

function* operations(api) {
  for (const [path, item] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(item)) yield { path, method, operation, name: `${method} ${path}` };
}

/* What a linter asks of each operation. */
function faults_of({ path, method, operation }, seen) {
  const faults = [];
  if (!/^[a-z][a-z0-9_]*$/.test(operation.operationId)) faults.push(`operationId ${operation.operationId}`);
  if (seen.has(operation.operationId)) faults.push(`operationId ${operation.operationId} stands twice`);
  seen.add(operation.operationId);
  for (const part of ["summary", "description"]) if (!operation[part]) faults.push(`no ${part}`);
  if (!operation.tags?.length) faults.push("no tag");
  const names = (operation.parameters || []).map((parameter) => parameter.name);
  if (new Set(names).size !== names.length) faults.push(`a parameter stands twice: ${names}`);
  if (!Object.keys(operation.responses).some((status) => status.startsWith("2"))) faults.push("no answer when it is done");
  if (!Object.keys(operation.responses).some((status) => status.startsWith("4"))) faults.push("no answer when it is refused");
  for (const [status, answer] of Object.entries(operation.responses)) if (!answer.description) faults.push(`${status}: no description`);
  if (method === "post" && !operation.requestBody) faults.push("no body");
  if (/\s/.test(path)) faults.push("a space in the path");
  return faults;
}

try {
  const answer = await fetch(`${house.base}/api/openapi.json`), api = await answer.json();
  ok(/^application\/json/.test(answer.headers.get("content-type")), "it is JSON");
  ok(/^3\.1\./.test(api.openapi), "it says version 3.1", api.openapi);
  const { valid, errors } = await new Validator().validate(structuredClone(api));
  ok(valid, "accepted by the validator of OpenAPI 3.1", JSON.stringify(errors, null, 1));
  ok(!(await new Validator().validate({ ...structuredClone(api), info: {} })).valid, "which refuses one without a title");

  const seen = new Set(), lint = [...operations(api)].flatMap((one) => faults_of(one, seen).map((fault) => `${one.name}: ${fault}`));
  ok(!lint.length, "every operation says what it is", lint.join("\n"));
  const tags = new Set((api.tags || []).map((tag) => tag.name));
  const unnamed = [...operations(api)].flatMap(({ operation }) => operation.tags || []).filter((tag) => !tags.has(tag));
  ok(!unnamed.length, "every tag is described", [...new Set(unnamed)].join(" "));

  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true,
    formats: { int64: true, decimal: true, date: /^\d{4}-\d\d-\d\d$/, password: true, binary: true } });
  ajv.addVocabulary(["components"]);
  ajv.addSchema({ $id: "api", components: api.components }, "api");
  const local = (schema) => JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'));
  const bad = [];
  const compile = (schema, name) => {
    try { return ajv.compile(local(schema)); } catch (error) { bad.push(`${name}: ${error.message}`); return null; }
  };
  const answers = new Map();
  for (const { path, name, operation } of operations(api)) {
    for (const [type, { schema }] of Object.entries(operation.requestBody?.content || {})) compile(schema, `${name} ${type}`);
    for (const parameter of operation.parameters || []) compile(parameter.schema, `${name} ${parameter.name}`);
    for (const [status, { content }] of Object.entries(operation.responses))
      for (const { schema } of Object.values(content || {})) {
        const check = compile(schema, `${name} ${status}`);
        if (status === "200") answers.set(path, check);
      }
  }
  ok(!bad.length, "every schema is one of JSON Schema 2020-12", bad.join("\n"));

  /* What a view answers fits its schema, whoever asks. */
  const misfits = [];
  let asked = 0;
  for (const name of ["cora", "ada", "mehdi"]) {
    const cookie = await cookie_of(house, name);
    for (const { path, method, operation } of operations(api)) {
      if (method !== "get" || !path.startsWith("/api/view/") || (operation.parameters || []).some((one) => one.required)) continue;
      const got = await fetch(house.base + path, { headers: { cookie } });
      const body = await got.json();
      if (got.status === 403) continue;
      asked++;
      const check = got.status === 200 ? answers.get(path) : null;
      if (!check) misfits.push(`${path}: status ${got.status}`);
      else if (!check(body)) misfits.push(`${path}: ${ajv.errorsText(check.errors.slice(0, 3))}`);
    }
  }
  ok(asked > 15, "views are asked", String(asked));
  ok(!misfits.length, "every answer fits its schema", [...new Set(misfits)].join("\n"));

  const refused = await (await fetch(`${house.base}/api/view/member.list`)).json();
  const problem = ajv.compile({ $ref: "api#/components/schemas/Problem" });
  ok(problem(refused) && refused.status === 401, "a refusal is a problem as described", ajv.errorsText(problem.errors));
} finally {
  await close_house(house);
}
ok(!/Sanitizer|runtime error|page .*: /.test(house.said), "the server complained of nothing", house.said.trim());
done();
