import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { type Form, parseForm } from '../../apps/local/src/stripe/form.js';
import type { Json } from './json.js';
import type { Exchange } from './stripe.js';

/** The objects that this platform exchanges with Stripe; inside them there is no other. */
const OURS = new Set('charge customer deleted_customer dispute event payment_intent payment_method refund'.split(' '));
const SCHEMAS = '#/components/schemas/';

/** Requests and answers, held against the OpenAPI document that Stripe publishes. */
export class StripeShapes {
  private readonly ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
  /** A form has texts only. */
  private readonly forms = new Ajv({ strict: false, validateSchema: false, coerceTypes: true, allErrors: true });
  private readonly known = new Map<string, ValidateFunction>();
  /** The number of Stripe's objects in the answers held against the document so far, those inside others included. */
  objects = 0;

  private constructor(private readonly document: Json) {
    const schemas = Object.fromEntries(
      Object.entries<Json>(document.components.schemas).map(([name, schema]) => [
        name,
        isForeign(name, schema) ? false : strict(schema),
      ]),
    );
    for (const ajv of [this.ajv, this.forms]) ajv.addSchema({ $id: 'stripe', components: { schemas } });
  }

  /**
   * Loads the document, which Go fetches (`.ci/stripe-openapi`). Without it, prints so and returns undefined; with
   * REQUIRE_REAL=1, throws.
   */
  static load(env = process.env): StripeShapes | undefined {
    const { status, stdout, stderr } = spawnSync('.ci/stripe-openapi', { encoding: 'utf8', env });
    if (status === 0) return new StripeShapes(JSON.parse(readFileSync(stdout.trim(), 'utf8')));
    const sentence = `${stderr.trim()} Shapes are not held against it.`;
    if (env['REQUIRE_REAL'] === '1') throw new Error(`${sentence} REQUIRE_REAL=1 forbids that.`);
    process.stderr.write(`${sentence}\n`);
    return undefined;
  }

  /** The version of Stripe's API that the document describes. */
  get version(): string {
    return this.document.info.version as string;
  }

  /** What is wrong with a request and its answer; the wire's own routes are nobody's business. */
  faultsOf({ request, answer }: Exchange): string[] {
    const { method, path } = request;
    if (path.startsWith('/wire/')) return [];
    const body = JSON.parse(answer.body);
    this.objects += count(body);
    const found = this.operation(method, path);
    if (!found)
      return answer.status === 404
        ? this.check('error', `${SCHEMAS}error`, body)
        : [`${method} ${path} is not Stripe's.`];
    const [name, operation] = found;
    // A request that Stripe would refuse is refused; what was carried out must have the right parameters.
    const asked =
      answer.status === 200 || answer.status === 402 ? this.requestFaults(name, operation, request.form) : [];
    const said =
      answer.status === 200
        ? operation.responses['200'].content['application/json'].schema
        : { $ref: `${SCHEMAS}error` };
    return [...asked, ...this.check(`${name} ${answer.status}`, said, body), ...this.eventFaults(body)];
  }

  private requestFaults(name: string, operation: Json, text: string): string[] {
    const properties = (operation.parameters ?? [])
      .filter((each: Json) => each.in === 'query')
      .map((each: Json) => [each.name, each.schema]);
    const query = { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false };
    const form = operation.requestBody?.content['application/x-www-form-urlencoded'];
    const schema = name.startsWith('post') ? form.schema : query;
    const validate = this.compiled(this.forms, `${name} request`, schema);
    return validate(listsOf(parseForm(text))) ? [] : told(`${name} request`, validate.errors);
  }

  /** What an event tells of is an object of any kind, for which the document has no schema there. */
  private eventFaults(body: Json): string[] {
    const events: Json[] = [body, ...(body.object === 'list' ? body.data : [])].filter(
      ({ object }) => object === 'event',
    );
    return events.flatMap(({ type, data }) =>
      this.check(`${type}: ${data.object.object}`, `${SCHEMAS}${data.object.object}`, data.object),
    );
  }

  private check(name: string, schema: Json, value: Json): string[] {
    const validate = this.compiled(this.ajv, name, typeof schema === 'string' ? { $ref: schema } : schema);
    return validate(value) ? [] : told(name, validate.errors);
  }

  private compiled(ajv: Ajv, name: string, schema: Json): ValidateFunction {
    const known = this.known.get(name) ?? ajv.compile(inDocument(strict(schema)));
    this.known.set(name, known);
    return known;
  }

  private operation(method: string, path: string): [string, Json] | undefined {
    const template = Object.keys(this.document.paths).find((each) =>
      new RegExp(`^${each.replace(/\{\w+\}/g, '[\\w-]+')}$`).test(path),
    );
    const operation = template && this.document.paths[template][method.toLowerCase()];
    return operation && [`${method.toLowerCase()} ${template}`, operation];
  }
}

/** A resource of Stripe's that has no place in what this platform exchanges. */
const isForeign = (name: string, schema: Json) => schema.properties?.object?.type === 'string' && !OURS.has(name);

/** What says nothing of a shape. Stripe's formats are no formats of JSON Schema. */
const ASIDE = ['description', 'format'];

/** A schema of OpenAPI 3.0 as JSON Schema, in which no field is allowed that the document does not name. */
function strict(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Record<string, Json>;
  const inner = Object.fromEntries(
    Object.entries(rest)
      .filter(([name]) => !ASIDE.includes(name))
      .map(([name, value]) => [name, name === 'properties' ? eachOf(value) : strict(value)]),
  );
  if (inner['properties'] !== undefined && inner['additionalProperties'] === undefined)
    inner['additionalProperties'] = false;
  return nullable === true ? { anyOf: [inner, { type: 'null' }] } : inner;
}

/** Fields may be called `description` or `format`. */
const eachOf = (properties: Json): Json =>
  Object.fromEntries(Object.entries<Json>(properties).map(([name, schema]) => [name, strict(schema)]));

/** Every reference leads to the whole document. */
const inDocument = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll(`"$ref":"${SCHEMAS}`, `"$ref":"stripe${SCHEMAS}`));

/** Lists in a form have their indexes as names. */
function listsOf(form: Form | string): Json {
  if (typeof form === 'string') return form;
  const names = Object.keys(form);
  const values = Object.values(form).map(listsOf);
  const isList = names.length > 0 && names.every((name, index) => name === String(index));
  return isList ? values : Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

function count(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inside = Object.values<Json>(value).reduce((sum: number, each) => sum + count(each), 0);
  return inside + (typeof value.object === 'string' && value.object !== 'list' ? 1 : 0);
}

const told = (name: string, errors: ErrorObject[] | null | undefined): string[] =>
  (errors ?? []).map(
    ({ instancePath, message, params }) => `${name}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
