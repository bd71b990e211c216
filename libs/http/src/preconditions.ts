import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { DomainError, invalid } from '@app/kernel';
import { methodDocs } from './method-docs.js';
import type { HttpRequest } from './request.js';

/** Whether routes with `@IfMatch()` insist on the header; set once per app on its Fastify instance. */
export const STRICT_PRECONDITIONS = Symbol('strict preconditions');

const OTHER_TAG = 0;
const MAX_TAG_LENGTH = 100;

/**
 * The version in `If-Match`, or undefined when the client states none (`*` included). A tag that is not one of ours
 * answers 0, which no resource has. With strict preconditions a missing header is 428.
 */
export function readIfMatch(header: string | undefined, strict: boolean): number | undefined {
  if (header === undefined) {
    if (strict) throw new DomainError('precondition-required', 'Send If-Match with the version you have read.');
    return undefined;
  }
  const value = header.trim();
  if (value === '*') return undefined;
  if (value.length > MAX_TAG_LENGTH || !/^(W\/)?"[\x21\x23-\x7e]*"$/.test(value)) {
    throw invalid('header:If-Match', 'entity-tag', 'If-Match must be one entity tag, such as "3".');
  }
  const version = /^"([1-9]\d{0,9})(?:-\d{1,10})?"$/.exec(value)?.[1];
  return version === undefined ? OTHER_TAG : Number(version);
}

const ifMatch = createParamDecorator((_: unknown, context: ExecutionContext): number | undefined => {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const strict = (request.server as { [STRICT_PRECONDITIONS]?: boolean })[STRICT_PRECONDITIONS] ?? false;
  return readIfMatch(request.headers['if-match'], strict);
});

/** Injects the version in `If-Match` as `number | undefined`. */
export function IfMatch(): ParameterDecorator {
  return (target, key, index) => {
    ifMatch()(target, key, index);
    methodDocs(target, key, [
      ApiHeader({
        name: 'If-Match',
        required: false,
        description: 'The ETag you have read. Answers 412 when the resource has changed since.',
        schema: { type: 'string', maxLength: MAX_TAG_LENGTH, example: '"3"' },
      }),
    ]);
  };
}

/** Throws 412 unless the resource still has the version the client has read. */
export function assertVersion(current: number, expected: number | undefined): void {
  if (expected !== undefined && expected !== current) {
    throw new DomainError(
      'precondition-failed',
      'The resource has changed since you read it. Read it again and repeat your change.',
    );
  }
}
