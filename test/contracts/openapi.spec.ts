import { AnswerCheck } from '../e2e/support/answer-check.js';
import { type Json, readJson } from '../support/json.js';

describe('the OpenAPI document in the tree', () => {
  const document = readJson('docs/api/openapi.json');
  const operations: [string, Json][] = Object.entries<Json>(document.paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]): [string, Json] => [`${method} ${path}`, operation]),
  );

  /** An operation's errors, by status. */
  const errorsOf = ({ responses }: Json): [string, Json][] =>
    Object.entries<Json>(responses)
      .filter(([status]) => status >= '400')
      .map(([status, response]) => [status, resolved(response)]);
  const resolved = (response: Json): Json =>
    response.$ref === undefined ? response : document.components.responses[response.$ref.split('/').at(-1)];

  it.each(operations)('%s has a summary, an example and its errors', (_, operation) => {
    expect(operation.summary).toMatch(/^\S.{5,}/);
    for (const parameter of operation.parameters ?? []) {
      if (parameter.required) expect(parameter.example).toBeDefined();
    }
    if (operation.requestBody) expect(operation.requestBody.content['application/json'].example).toBeInstanceOf(Object);
    const errors = errorsOf(operation);
    expect(errors.length).toBeGreaterThan(2);
    for (const [, { content }] of errors) {
      const examples = Object.values<Json>(content['application/problem+json'].examples);
      expect(examples).not.toHaveLength(0);
      for (const { $ref } of examples) {
        expect(document.components.examples).toHaveProperty([$ref.split('/').at(-1)]);
      }
    }
  });

  it('writes out every error once, and none that no operation has', () => {
    const { responses } = document.components;
    const used = operations.flatMap(([, operation]) =>
      Object.values<Json>(operation.responses).flatMap(({ $ref }) => $ref?.split('/').at(-1) ?? []),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(responses).sort());
    expect(new Set(Object.values(responses).map((response) => JSON.stringify(response))).size).toBe(
      Object.keys(responses).length,
    );
  });

  it('describes every tag and every operation', () => {
    const described = new Map<string, string>(
      (document.tags as Json[]).map(({ name, description }) => [name, description]),
    );
    const used = new Set<string>(operations.flatMap(([, { tags }]) => tags));
    expect([...described.keys()].sort()).toEqual([...used].sort());
    const silent = (text: unknown): boolean => typeof text !== 'string' || !/^\S.{10,}\.$/s.test(text);
    const missing = operations.filter(([, { description }]) => silent(description)).map(([name]) => name);
    expect([...missing, ...[...used].filter((name) => silent(described.get(name)))]).toEqual([]);
  });

  it('states bounds for every field, and units for every number', () => {
    const missing = Object.entries<Json>(document.components.schemas).flatMap(([schema, { properties = {} }]) =>
      Object.entries<Json>(properties)
        .filter(([name, field]) => !isBounded(name, field))
        .map(([name]) => `${schema}.${name}`),
    );
    const loose = operations.flatMap(([operation, { parameters = [] }]) =>
      (parameters as Json[])
        .filter(({ name, description, schema }) => !isBounded(name, { description, ...schema }))
        .map(({ name }) => `${operation} ${name}`),
    );
    expect([...missing, ...loose]).toEqual([]);
  });

  it('names the code of every error, with an example', () => {
    const wrong = operations.flatMap(([name, operation]) =>
      errorsOf(operation).flatMap(([status, { description, content }]) =>
        Object.keys(content['application/problem+json'].examples)
          .filter((code) => {
            const { value } = document.components.examples[code];
            return !description.includes(`\`${code}\``) || value.code !== code || String(value.status) !== status;
          })
          .map((code) => `${name} ${status} ${code}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('rejects undocumented responses', () => {
    const verdicts: string[] = [];
    const check = new AnswerCheck(document, (verdict) => verdicts.push(verdict));
    const answer = (status: number, body: object) => ({
      status,
      headers: new Headers({ 'content-type': `application/${status < 400 ? '' : 'problem+'}json`, 'retry-after': '1' }),
      text: JSON.stringify(body),
    });
    const ready = { status: 'ok', checks: { users: 'up' } };
    check.check('GET', '/health/ready', answer(200, ready));
    expect(verdicts).toEqual(['inside']);
    for (const [status, body, message] of [
      [200, { ...ready, extra: 1 }, 'must NOT have additional properties'],
      [200, { status: 'ok' }, "must have required property 'checks'"],
      [418, ready, 'the status is undocumented'],
      [503, { code: 'email-taken' }, 'does not list the code email-taken'],
    ] as const) {
      expect(() => check.check('GET', '/health/ready', answer(status, body))).toThrow(message);
    }
    expect(() => check.check('GET', '/nowhere', answer(200, ready))).toThrow('the operation is unknown');
    expect(verdicts.slice(1)).toEqual(Array(5).fill('outside'));
  });
});

function isBounded(name: string, field: Json): boolean {
  if (field.type === 'integer') {
    const needsUnit = !/(^|_)(id|version|by)$/.test(name);
    return (
      field.minimum !== undefined && field.maximum !== undefined && (!needsUnit || field.description !== undefined)
    );
  }
  if (field.type === 'array') return field.maxItems !== undefined;
  if (field.type !== 'string') return true;
  return ['maxLength', 'enum', 'pattern', 'format'].some((keyword) => keyword in field);
}
