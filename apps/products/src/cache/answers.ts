import { contentTag, linkHeader, pageResponse, RawJson, versionTag } from '@app/http';
import { type ListRequest, notFound, type Page } from '@app/kernel';
import type { ApiResponseMetadata } from '@nestjs/swagger';
import type { CachedAnswer, LookupResult } from './catalog-cache.js';

/** The `X-Cache` header in the OpenAPI document. */
export const CACHE_HEADER: NonNullable<ApiResponseMetadata['headers']> = {
  'X-Cache': {
    description: 'Where the answer came from.',
    schema: { type: 'string', enum: ['HIT', 'MISS', 'BYPASS'] },
  },
};

/** Serialises a versioned resource. `extra` is a number in it that changes without a new version. */
export function resourceAnswer(body: { version: number }, extra?: number): CachedAnswer {
  return { bytes: Buffer.from(JSON.stringify(body)), tag: versionTag(body.version, extra) };
}

/** Serialises a body without a version; its tag is the hash of its bytes. */
export function plainAnswer(body: object): CachedAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, tag: contentTag(bytes) };
}

/** Serialises one page of a list, under its plural; `more` are further members. */
export function listAnswer<Row>(
  plural: string,
  found: Page<Row>,
  request: ListRequest,
  toItem: (row: Row) => object,
  more: object = {},
): CachedAnswer {
  const body = { ...pageResponse(plural, found, request, toItem), ...more };
  const { page, page_size, next_cursor } = body;
  return { ...plainAnswer(body), details: { page, page_size, next_cursor } };
}

/**
 * Returns the response; a list's links are made from the request's `url`. `what` names the resource.
 *
 * @throws DomainError `not-found` if there is no such `what`
 */
export function toRawJson([answer, outcome]: LookupResult, { url = '', what = 'product' } = {}): RawJson {
  if (!answer) throw notFound(what);
  const link = answer.details && linkHeader(url, answer.details);
  return new RawJson(answer.bytes, answer.tag, { 'x-cache': outcome, ...(link !== undefined && { link }) });
}
