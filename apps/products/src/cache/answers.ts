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

/** Serialises a versioned resource. */
export function resourceAnswer(body: { version: number }): CachedAnswer {
  return { bytes: Buffer.from(JSON.stringify(body)), tag: versionTag(body.version) };
}

/** Serialises a product. Its tag includes the available pieces, which change without a new version. */
export function productAnswer(body: { version: number; available_quantity: number }): CachedAnswer {
  return { ...resourceAnswer(body), tag: versionTag(body.version, body.available_quantity) };
}

/** Serialises a body without a version; its tag is the hash of its bytes. */
export function plainAnswer(body: object): CachedAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, tag: contentTag(bytes) };
}

/** Serialises one page of a list, under its plural. */
export function listAnswer(plural: string, found: Page<object>, request: ListRequest): CachedAnswer {
  const body = pageResponse(plural, found, request);
  const { page, page_size, next_cursor } = body;
  return { ...plainAnswer(body), details: { page, page_size, next_cursor } };
}

/**
 * Returns the response; a list's links are made from the request's `url`.
 *
 * @throws DomainError `not-found` if the resource does not exist
 */
export function toRawJson([answer, outcome]: LookupResult, url = ''): RawJson {
  if (!answer) throw notFound('product');
  const link = answer.details && linkHeader(url, answer.details);
  return new RawJson(answer.bytes, answer.tag, { 'x-cache': outcome, ...(link !== undefined && { link }) });
}
