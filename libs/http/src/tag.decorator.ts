import { ApiTags, type OpenAPIObject } from '@nestjs/swagger';

const descriptions = new Map<string, string>();

/**
 * Sets the tag under which the OpenAPI document and /docs list a controller's operations, and its description. A second
 * controller with the same tag uses `@ApiTags`.
 */
export function Tag(name: string, description: string): ClassDecorator {
  descriptions.set(name, description);
  return ApiTags(name);
}

/** Lists the tags of a document's operations with their descriptions, in the order of the operations. */
export function documentTags(document: OpenAPIObject): void {
  const operations = Object.values(document.paths).flatMap((item) => [item.get, item.post, item.put, item.delete]);
  const names = new Set(operations.flatMap((operation) => operation?.tags ?? []));
  document.tags = [...names].map((name) => ({ name, description: descriptions.get(name) ?? '' }));
}
