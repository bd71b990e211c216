import { Parser } from '@asyncapi/parser';
import { asyncApiDocument, EVENT_TYPES, PAYLOAD_CLASSES } from '@app/events';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { QUEUES } from '../../apps/queues.js';
import { type Json, readJson } from '../support/json.js';

const golden = (name: string) => readJson(`test/contracts/events/${name}.json`);

/** The parser's severity of an error; hints have others. */
const ERROR = '0';

describe('the AsyncAPI document', () => {
  const document: Json = asyncApiDocument(QUEUES);
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'events', ...document });
  const validator = (type: string) => ajv.compile({ $ref: `events#/components/messages/${type}/payload` });

  it('is valid AsyncAPI 3', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(document);
    expect(diagnostics.filter(({ severity }) => String(severity) === ERROR)).toEqual([]);
    expect(parsed?.version()).toBe('3.0.0');
    expect(parsed?.allMessages().all()).toHaveLength(EVENT_TYPES.length);
  });

  it.each(EVENT_TYPES)('describes %s as published', (type) => {
    const validate = validator(type);
    const event = golden(type);
    expect([validate(event), validate.errors]).toEqual([true, null]);
    for (const field of document.components.schemas[PAYLOAD_CLASSES[type].name].required) {
      const payload = { ...event.payload, [field]: undefined };
      expect([field, validate(JSON.parse(JSON.stringify({ ...event, payload })))]).toEqual([field, false]);
    }
    expect(validate({ ...event, event_type: 'nothing.happened' })).toBe(false);
  });

  it('names the publisher of each event, once', () => {
    const published = Object.entries<Json>(document.operations)
      .filter(([, { action }]) => action === 'send')
      .flatMap(([, { messages }]) => messages.map(({ $ref }: { $ref: string }) => $ref.split('/').at(-1)));
    expect(published.sort()).toEqual([...EVENT_TYPES].sort());
  });
});
