import type { OpenAPIObject } from '@nestjs/swagger';

interface Property {
  nullable?: boolean;
  allOf?: { $ref?: string }[];
}

/** Removes schemas that no operation uses: @nestjs/swagger also collects the classes of commands and events. */
export function dropUnusedSchemas(document: OpenAPIObject): void {
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit([document.paths, document.components?.responses]);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
}

/**
 * Writes objects that may be null out in full. @nestjs/swagger refers to their schema with `allOf`, but the schema itself
 * does not allow null, and in OpenAPI 3.0 no keyword beside it can.
 */
export function writeOutNullable({ components }: OpenAPIObject): void {
  const schemas = (components?.schemas ?? {}) as Record<string, { properties?: Record<string, Property> }>;
  for (const { properties = {} } of Object.values(schemas)) {
    for (const [name, { allOf, ...own }] of Object.entries(properties)) {
      const schema = own.nullable && allOf && schemas[allOf[0]?.$ref?.split('/').at(-1) ?? ''];
      if (schema) properties[name] = { ...structuredClone(schema), ...own };
    }
  }
}
