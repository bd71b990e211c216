import { contentTag, linkHeader, pageResponse, RawJson, versionTag } from '@app/http';
import { type ListRequest, notFound, type Page } from '@app/kernel';
import type { ApiResponseMetadata } from '@nestjs/swagger';
import type { CachedAnswer, Looked } from './catalog-cache.js';

/** How the OpenAPI document describes where an answer came from. */
export const CACHE_HEADER: NonNullable<ApiResponseMetadata['headers']> = {
  'X-Cache': {
    description: 'Where the answer came from.',
    schema: { type: 'string', enum: ['HIT', 'MISS', 'BYPASS'] },
  },
};

/** The answer of a versioned resource. */
export function resourceAnswer(body: { version: number }): CachedAnswer {
  return { bytes: Buffer.from(JSON.stringify(body)), etag: versionTag(body.version) };
}

/** The answer of a product: its tag names the available pieces, too, which change without a new version. */
export function productAnswer(body: { version: number; available_quantity: number }): CachedAnswer {
  return { ...resourceAnswer(body), etag: versionTag(body.version, body.available_quantity) };
}

/** The answer of what has no version: its bytes are its tag. */
export function plainAnswer(body: object): CachedAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, etag: contentTag(bytes) };
}

/** The answer of one page of a list, under its plural. */
export function listAnswer(plural: string, found: Page<object>, request: ListRequest): CachedAnswer {
  const body = pageResponse(plural, found, request);
  const { page, page_size, next_cursor } = body;
  return { ...plainAnswer(body), place: { page, page_size, next_cursor } };
}

/**
 * The answer as it goes out; `url` is what was asked, from which a list's links are made.
 * @throws DomainError `not-found` for what does not exist.
 */
export function toRawJson([answer, outcome]: Looked, url = ''): RawJson {
  if (!answer) throw notFound('product');
  const link = answer.place && linkHeader(url, answer.place);
  return new RawJson(answer.bytes, answer.etag, { 'x-cache': outcome, ...(link !== undefined && { link }) });
}
