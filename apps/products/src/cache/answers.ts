import { createHash } from 'node:crypto';
import { RawJson, versionTag } from '@app/http';
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
  return { json: JSON.stringify(body), etag: versionTag(body.version) };
}

/** The answer of a list; it has no version, so its bytes are its tag. */
export function listAnswer(body: object, link: string): CachedAnswer {
  const json = JSON.stringify(body);
  return { json, etag: `"${createHash('sha1').update(json).digest('base64url')}"`, link };
}

export function toRawJson([answer, outcome]: Looked): RawJson {
  return new RawJson(Buffer.from(answer.json), answer.etag, {
    'x-cache': outcome,
    ...(answer.link !== undefined && { link: answer.link }),
  });
}
