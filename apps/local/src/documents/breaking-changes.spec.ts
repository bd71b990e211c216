import type { Json } from '../../../../test/support/json.js';
import { type ApiDocument, breakingChanges } from './breaking-changes.js';

const released: ApiDocument = {
  paths: {
    '/things': {
      post: {
        'x-required-role': 'customer',
        parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean' } }],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/New' } } } },
        responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } } },
      },
    },
  },
  components: {
    schemas: {
      New: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 20 },
          kind: { type: 'string', enum: ['a', 'b'] },
        },
      },
      Thing: {
        type: 'object',
        required: ['id', 'lines'],
        properties: { id: { type: 'integer' }, lines: { type: 'array', items: { type: 'string', enum: ['x'] } } },
      },
    },
  },
};

/** The released document with one change. */
function changed(change: (parts: { operation: Json; New: Json; Thing: Json; document: Json }) => void): ApiDocument {
  const document: Json = structuredClone(released);
  change({ document, operation: document.paths['/things'].post, ...document.components.schemas });
  return document as ApiDocument;
}

describe('breaking changes', () => {
  it.each<[string, Parameters<typeof changed>[0]]>([
    ['POST /things is gone.', ({ document }) => delete document.paths['/things']],
    ['POST /things needs the role staff.', ({ operation }) => (operation['x-required-role'] = 'staff')],
    ['POST /things no longer takes query dry.', ({ operation }) => (operation.parameters = [])],
    ['POST /things requires query dry.', ({ operation }) => (operation.parameters[0].required = true)],
    ['POST /things no longer answers 201.', ({ operation }) => (operation.responses = { 200: {} })],
    ['POST /things body requires kind.', ({ New }) => New.required.push('kind')],
    ['POST /things body has no kind.', ({ New }) => delete New.properties.kind],
    ['POST /things body name lowers its maxLength to 10.', ({ New }) => (New.properties.name.maxLength = 10)],
    ['POST /things body name raises its minLength to 2.', ({ New }) => (New.properties.name.minLength = 2)],
    ['POST /things body kind no longer takes b.', ({ New }) => (New.properties.kind.enum = ['a'])],
    ['POST /things 201 may lack id.', ({ Thing }) => (Thing.required = ['lines'])],
    [
      'POST /things dry changes its type from boolean to none.',
      ({ operation }) => (operation.parameters[0].schema = { oneOf: [{ type: 'integer' }] }),
    ],
    [
      'POST /things 201 id changes its type from integer to string.',
      ({ Thing }) => (Thing.properties.id.type = 'string'),
    ],
    ['POST /things 201 id may now be null.', ({ Thing }) => (Thing.properties.id.nullable = true)],
    ['POST /things 201 lines items may now be y.', ({ Thing }) => Thing.properties.lines.items.enum.push('y')],
  ])('%s', (sentence, change) => {
    expect(breakingChanges(released, changed(change))).toEqual([sentence]);
  });

  it.each<[string, Parameters<typeof changed>[0]]>([
    ['a new operation', ({ document }) => (document.paths['/others'] = { get: { responses: {} } })],
    ['a new optional field', ({ New }) => (New.properties.note = { type: 'string' })],
    ['a new field of an answer', ({ Thing }) => (Thing.properties.note = { type: 'string' })],
    ['a wider bound', ({ New }) => (New.properties.name.maxLength = 30)],
    ['another value to send', ({ New }) => New.properties.kind.enum.push('c')],
    [
      'another kind of value to send',
      ({ operation }) => {
        const [parameter] = operation.parameters;
        parameter.schema = { oneOf: [parameter.schema, { type: 'string', enum: ['me'] }] };
      },
    ],
    ['a field that may be left out', ({ New }) => (New.required = [])],
  ])('lets %s through', (_, change) => {
    expect(breakingChanges(released, changed(change))).toEqual([]);
  });
});
