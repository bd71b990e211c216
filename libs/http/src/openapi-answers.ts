import type { OpenAPIObject } from '@nestjs/swagger';
import { MAX_TAGS_LENGTH } from './entity-tags.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const TAG_HEADER = {
  description: 'The version of the resource; send it back in If-Match.',
  schema: { type: 'string', example: '"3"' },
};
const LOCATION_HEADER = { description: 'Where the created resource is.', schema: { type: 'string' } };
const LINK_HEADER = { description: 'RFC 8288 links: first, prev, next.', schema: { type: 'string' } };

/** Documents the headers that the edge derives from a response body, and the 304 of a versioned resource. */
export function documentAnswers(document: OpenAPIObject): void {
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      for (const status of ['200', '201']) describe(document, method, operation, status);
    }
  }
}

function describe(document: OpenAPIObject, method: string, operation: Operation, status: string): void {
  const response = operation.responses?.[status];
  if (!response || '$ref' in response) return;
  const fields = fieldsOf(document, response.content?.['application/json']?.schema);
  const versioned = fields.includes('version');
  response.headers = {
    ...response.headers,
    ...(versioned && { ETag: TAG_HEADER }),
    ...(status === '201' && { Location: LOCATION_HEADER }),
    ...(fields.includes('next_cursor') && { Link: LINK_HEADER }),
  };
  if (versioned && method === 'get') {
    operation.responses['304'] = { description: 'You already have this version.' };
    const description = 'The ETag you already have.';
    (operation.parameters ??= []).push({
      name: 'If-None-Match',
      in: 'header',
      required: false,
      description,
      schema: { type: 'string', maxLength: MAX_TAGS_LENGTH },
    });
  }
}

function fieldsOf(document: OpenAPIObject, schema: object | undefined): string[] {
  const name = schema && '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined;
  const found = name === undefined ? schema : document.components?.schemas?.[name];
  if (found && 'oneOf' in found && Array.isArray(found.oneOf)) {
    return found.oneOf.flatMap((each: object) => fieldsOf(document, each));
  }
  return found && 'properties' in found && found.properties ? Object.keys(found.properties) : [];
}
