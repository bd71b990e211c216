import { ApiTags, type OpenAPIObject } from '@nestjs/swagger';

const descriptions = new Map<string, string>();

/**
 * The tag under which the OpenAPI document and /docs show a controller's operations, and what a reader should know before
 * the first of them. A second controller under the same tag says `@ApiTags`.
 */
export function Tag(name: string, description: string): ClassDecorator {
  descriptions.set(name, description);
  return ApiTags(name);
}

/** Names the tags of a document's operations, each with its description, in the order of the operations. */
export function documentTags(document: OpenAPIObject): void {
  const operations = Object.values(document.paths).flatMap((item) => [item.get, item.post, item.put, item.delete]);
  const names = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  document.tags = [...names].map((name) => ({ name, description: descriptions.get(name) ?? '' }));
}
