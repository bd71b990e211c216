import assert from 'node:assert/strict';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { WireAnswer } from '../hostile/wire.js';
import type { Document, Operation, Schema } from './document.js';

/** Problem documents may have members of their own (RFC 9457, 3.2). */
const OPEN = new Set(['Problem']);

/** Checks answers against the document: the status is documented, and the body is what its schema says, and no more. */
export class AnswerSchemas {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly compiled = new Map<Schema, ValidateFunction>();

  constructor(document: Document) {
    addFormats.default(this.ajv);
    const schemas = Object.entries(document.components.schemas).map(([name, schema]) => [
      name,
      OPEN.has(name) ? schema : closed(schema),
    ]);
    this.ajv.addSchema({ $id: 'openapi', components: { schemas: Object.fromEntries(schemas) as unknown } });
  }

  assertDocumented({ responses }: Operation, { status, headers, text, body }: WireAnswer): void {
    const response = responses[String(status)];
    assert.ok(response, `the status ${status} is not documented: ${text}`);
    if (!response.content) {
      assert.equal(text, '', `${status} has no body in the document`);
      return;
    }
    const type = headers['content-type']?.split(';')[0] ?? '';
    const schema = response.content[type]?.schema;
    assert.ok(schema, `${status} is documented as ${Object.keys(response.content).join()}, not as ${type}`);
    const validate = this.compile(schema);
    assert.ok(validate(body), `${this.ajv.errorsText(validate.errors)} in ${text}`);
  }

  private compile(schema: Schema): ValidateFunction {
    let validate = this.compiled.get(schema);
    if (!validate) {
      const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as Schema;
      this.compiled.set(schema, (validate = this.ajv.compile(absolute)));
    }
    return validate;
  }
}

/** A field that is not documented would be a leak, or a gap in the document. */
function closed(schema: Schema): object {
  return schema.properties ? { ...schema, additionalProperties: false } : schema;
}
