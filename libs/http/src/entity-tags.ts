/** A longer header is not parsed. */
export const MAX_TAGS_LENGTH = 1_000;

const ELEMENT = /[\t ,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[\t ]*(?=,|$)/y;
const REST = /^[\t ,]*$/;

/**
 * Parses an `If-Match` or `If-None-Match` header: its tags as they are spelled, or `*`. Undefined if RFC 9110 (8.8.3;
 * 5.6.1: a list may have empty elements) does not allow it, or if it is too long.
 */
export function readEntityTags(header: string): '*' | string[] | undefined {
  if (header.length > MAX_TAGS_LENGTH) return undefined;
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  ELEMENT.lastIndex = 0;
  for (let end = 0; ; end = ELEMENT.lastIndex) {
    const tag = ELEMENT.exec(header)?.[1];
    if (tag !== undefined) tags.push(tag);
    else return tags.length > 0 && REST.test(header.slice(end)) ? tags : undefined;
  }
}
