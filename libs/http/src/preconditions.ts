import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { type ExpectedVersions, invalid } from '@app/kernel';
import { uncodedTag } from './codings.js';
import { MAX_TAGS_LENGTH, readEntityTags } from './entity-tags.js';
import { httpError } from './http-errors.js';
import { methodDocs } from './method-docs.js';
import type { HttpRequest } from './request.js';

/** Whether routes with `@IfMatch()` require the header; set once per app on its Fastify instance. */
export const STRICT_PRECONDITIONS = Symbol('strict preconditions');

/**
 * Returns the versions in `If-Match`, or undefined when there is no condition (`*` included). A weak or foreign tag
 * matches no version; ours may include a content coding. With strict preconditions a missing header is 428.
 */
export function readIfMatch(header: string | undefined, strict: boolean): ExpectedVersions | undefined {
  if (header === undefined) {
    if (strict) throw httpError('precondition-required', 'Send If-Match with the version you have read.');
    return undefined;
  }
  const tags = readEntityTags(header);
  if (tags === '*') return undefined;
  if (!tags) throw invalid('header:If-Match', 'entity-tag', 'If-Match must be entity tags, such as "3" or "3", "4".');
  return tags.flatMap((tag) => {
    const version = /^"([1-9]\d{0,9})(?:-\d{1,10})?"$/.exec(uncodedTag(tag))?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

const ifMatch = createParamDecorator((_: unknown, context: ExecutionContext): ExpectedVersions | undefined => {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const strict = (request.server as { [STRICT_PRECONDITIONS]?: boolean })[STRICT_PRECONDITIONS] ?? false;
  return readIfMatch(request.headers['if-match'], strict);
});

/** Injects the versions in `If-Match` as `ExpectedVersions | undefined`. */
export function IfMatch(): ParameterDecorator {
  return (target, key, index) => {
    ifMatch()(target, key, index);
    methodDocs(target, key, [
      ApiHeader({
        name: 'If-Match',
        required: false,
        description: 'The ETag you have read, or several. Answers 412 when the resource has none of them any more.',
        schema: { type: 'string', maxLength: MAX_TAGS_LENGTH, example: '"3"' },
      }),
    ]);
  };
}
