import type { OpenAPIObject } from '@nestjs/swagger';
import { DomainError, type ErrorCode, errorCode, errorCodes, guestHeader, type GuestObject } from '@app/kernel';
import { EXAMPLE_UUID } from './id-param.js';
import { problemBody, statusOf } from './problem.js';
import type { RouteFacts } from './route-facts.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const count = (description: string, minimum: number) =>
  ({ description, schema: { type: 'integer', minimum } }) as const;
const RETRY_AFTER = { 'Retry-After': count('Seconds to wait.', 1) };
const HEADERS: Record<number, Record<string, ReturnType<typeof count>>> = {
  429: {
    ...RETRY_AFTER,
    'RateLimit-Limit': count('Requests that one window allows; of the limit that is nearest.', 1),
    'RateLimit-Remaining': count('Requests left in this window.', 0),
    'RateLimit-Reset': count('Seconds until the window ends.', 0),
  },
  503: RETRY_AFTER,
};

/** `codes` are those that a problem of this document can have. */
export const problemSchema = (codes: string[]): Schema => ({
  type: 'object',
  description: 'An RFC 9457 problem document. Branch on `code`; some codes add members that say more.',
  additionalProperties: true,
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Points into the registry of codes.' },
    title: { type: 'string', maxLength: 200 },
    status: { type: 'integer', minimum: 400, maximum: 599, description: 'The HTTP status.' },
    detail: { type: 'string', maxLength: 2000, description: 'A sentence for people.' },
    instance: { type: 'string', maxLength: 16_384, description: 'The path that was called.' },
    code: { type: 'string', enum: codes },
    request_id: { type: 'string', maxLength: 128 },
    errors: {
      type: 'array',
      description: 'The broken rules (422).',
      maxItems: 200,
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: {
          pointer: {
            type: 'string',
            maxLength: 500,
            description: 'JSON Pointer into the body, or ?name, {name}, header:Name.',
          },
          code: { type: 'string', maxLength: 100 },
          message: { type: 'string', maxLength: 1000 },
        },
      },
    },
  },
});

/** The registry of error codes in the document. */
export function errorRegistry(): Record<string, { status: number; title: string }> {
  return Object.fromEntries(errorCodes().map((code) => [code.name, { status: statusOf(code), title: code.title }]));
}

/** One example per code; every operation's errors refer to it. */
export function problemExamples(): Record<string, { summary: string; value: unknown }> {
  return Object.fromEntries(errorCodes().map((code) => [code.name, { summary: code.title, value: exampleOf(code) }]));
}

/** Adds security, the required role and all error responses to each operation. */
export function documentProblems(document: OpenAPIObject, facts: Map<string, RouteFacts>): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const fact = facts.get(operation.operationId ?? '') ?? { problems: [] };
      const guarded = fact.access !== undefined && fact.access !== 'public';
      operation.security = guarded ? [{ bearer: [] }, ...guestSecurity(document, fact.guests)] : [];
      Object.assign(operation, { 'x-required-role': fact.access });
      addResponses(document, operation, [...usualCodes(operation, path, fact), ...fact.problems]);
    }
  }
}

/** Either scheme is enough. */
function guestSecurity({ components }: OpenAPIObject, of: GuestObject | undefined): Record<string, never[]>[] {
  if (!of) return [];
  const description = `The token of the ${of}, for somebody without an account.`;
  const scheme = { type: 'apiKey', in: 'header', name: guestHeader(of), description } as const;
  Object.assign(((components ??= {}).securitySchemes ??= {}), { [`${of}_token`]: scheme });
  return [{ [`${of}_token`]: [] }];
}

function usualCodes(operation: Operation, path: string, { access }: RouteFacts): ErrorCode[] {
  const parameters = operation.parameters ?? [];
  const names = (header: string): boolean =>
    parameters.some((parameter) => 'name' in parameter && parameter.name === header);
  const guarded = access !== undefined && access !== 'public';
  const codes: [string, boolean][] = [
    ['malformed-request', true],
    ['unauthenticated', guarded],
    ['forbidden', guarded && access !== 'customer'],
    ['not-found', path.includes('{')],
    ['precondition-failed', names('If-Match')],
    ['precondition-required', names('If-Match')],
    ['idempotency-key-in-use', names('Idempotency-Key')],
    ['idempotency-key-reused', names('Idempotency-Key')],
    ['payload-too-large', operation.requestBody !== undefined],
    ['unsupported-media-type', operation.requestBody !== undefined],
    // On every route, even one without a query: an unknown query field is an error.
    ['validation-failed', true],
    ['too-many-requests', true],
    ['internal-error', true],
    ['service-unavailable', true],
    ['overloaded', true],
  ];
  return codes.filter(([, applies]) => applies).map(([code]) => errorCode(code));
}

/** Operations refer to shared responses: written out at each of them, errors would be most of the document. */
function addResponses({ components = {} }: OpenAPIObject, operation: Operation, codes: ErrorCode[]): void {
  const unique = [...new Map(codes.map((code) => [code.name, code])).values()];
  const shared = (components.responses ??= {});
  for (const status of [...new Set(unique.map(statusOf))].sort((a, b) => a - b)) {
    if (operation.responses[String(status)]) continue;
    const group = unique.filter((code) => statusOf(code) === status);
    const name = group.map((code) => code.name).join('.');
    shared[name] ??= problemResponse(status, group);
    operation.responses[String(status)] = { $ref: `#/components/responses/${name}` };
  }
}

const problemResponse = (status: number, codes: ErrorCode[]) => ({
  ...(HEADERS[status] && { headers: HEADERS[status] }),
  description: codes.map(({ name, title }) => `\`${name}\`: ${title}`).join('\n\n'),
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      examples: Object.fromEntries(codes.map(({ name }) => [name, { $ref: `#/components/examples/${name}` }])),
    },
  },
});

function exampleOf(code: ErrorCode): unknown {
  const errors = [{ pointer: '/name', code: 'required', message: 'name is missing.' }];
  const error = new DomainError(code, `${code.title}.`, code.name === 'validation-failed' ? { errors } : {});
  return problemBody(error, EXAMPLE_UUID, '/things/1');
}
