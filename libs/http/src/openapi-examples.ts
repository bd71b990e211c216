import type { OpenAPIObject } from '@nestjs/swagger';
import type { RouteFacts } from './route-facts.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

interface Schema {
  $ref?: string;
  example?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** Gives every operation an example that works as it is, and removes examples that should not be sent by default. */
export function documentExamples(document: OpenAPIObject, facts: Map<string, RouteFacts>): void {
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as Operation[]) {
      const { path, body } = facts.get(operation.operationId ?? '')?.example ?? {};
      exampleParameters(operation, path ?? {});
      const content = operation.requestBody && 'content' in operation.requestBody && operation.requestBody.content;
      const json = content ? content['application/json'] : undefined;
      if (json?.schema) json.example = body ?? exampleOf(document, json.schema);
    }
  }
}

/** Swagger UI sends every example: an optional filter would make a list look empty, an old entity tag cause a 412. */
function exampleParameters({ parameters = [] }: Operation, path: Readonly<Record<string, number>>): void {
  for (const parameter of parameters) {
    if (!('in' in parameter)) continue;
    if (parameter.in === 'path') parameter.example = path[parameter.name] ?? exampleIn(parameter) ?? 1;
    else if (!parameter.required) {
      delete parameter.example;
      if (parameter.schema && 'example' in parameter.schema) delete parameter.schema.example;
      // Of an object it would make up one.
      if (parameter.schema && 'type' in parameter.schema && parameter.schema.type === 'object') parameter.example = {};
    } else if (parameter.schema && 'example' in parameter.schema) parameter.example ??= parameter.schema.example;
  }
}

const exampleIn = ({ schema }: { schema?: object }): unknown =>
  schema && 'example' in schema ? schema.example : undefined;

function exampleOf(document: OpenAPIObject, schema: Schema): unknown {
  if (schema.$ref !== undefined) {
    return exampleOf(document, document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  }
  if (schema.items) return schema.example ?? [exampleOf(document, schema.items)];
  if (!schema.properties) return schema.example;
  const entries = Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(document, field)] as const);
  return Object.fromEntries(entries.filter(([, example]) => example !== undefined));
}
