import type { OpenAPIObject } from '@nestjs/swagger';
import { writeOutNullable } from './openapi-schemas.js';

describe('an object that may be null', () => {
  const part = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
  const ref = { allOf: [{ $ref: '#/components/schemas/Part' }] };
  const document = (properties: object) =>
    ({ components: { schemas: { Part: part, Whole: { type: 'object', properties } } } }) as unknown as OpenAPIObject;
  const written = (property: object): unknown => {
    const whole = document({ part: property });
    writeOutNullable(whole);
    return (whole.components?.schemas?.['Whole'] as { properties: { part: unknown } }).properties.part;
  };

  it('is written out, since its schema does not allow null', () => {
    const property = { type: 'object', nullable: true, description: 'A part.', ...ref };
    expect(written(property)).toEqual({ ...part, nullable: true, description: 'A part.' });
  });

  it.each([
    ['an object that is never null', { description: 'A part.', ...ref }],
    ['a text that may be null', { type: 'string', nullable: true }],
  ])('differs from %s', (_, property) => {
    expect(written(property)).toEqual(property);
  });
});
