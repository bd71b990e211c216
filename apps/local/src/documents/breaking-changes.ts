/** The parts of an OpenAPI document on which clients depend. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema }[];
  requestBody?: Body;
  responses: Record<string, Body>;
  'x-required-role'?: string;
}

interface Body {
  content?: Record<string, { schema?: Schema }>;
}

interface Schema {
  $ref?: string;
  oneOf?: Schema[];
  type?: string;
  format?: string;
  pattern?: string;
  nullable?: boolean;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

/** Rules for requests may only become laxer, those for responses only stricter. */
type Direction = 'request' | 'answer';

const ROLES = ['public', 'customer', 'staff', 'admin'];
const LOWER_BOUNDS = ['minimum', 'minLength', 'minItems'] as const;
const UPPER_BOUNDS = ['maximum', 'maxLength', 'maxItems'] as const;

/** Returns a sentence for each change in `next` that breaks a client of `released`. */
export function breakingChanges(released: ApiDocument, next: ApiDocument): string[] {
  const compare = new Comparison(released, next);
  for (const [path, operations] of Object.entries(released.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const place = `${method.toUpperCase()} ${path}`;
      const now = next.paths[path]?.[method];
      if (now) compare.operation(place, operation, now);
      else compare.found.push(`${place} is gone.`);
    }
  }
  return compare.found;
}

class Comparison {
  readonly found: string[] = [];

  constructor(
    private readonly released: ApiDocument,
    private readonly next: ApiDocument,
  ) {}

  operation(place: string, before: Operation, now: Operation): void {
    const role = ({ 'x-required-role': name = 'public' }: Operation) => ROLES.indexOf(name);
    if (role(now) > role(before)) this.found.push(`${place} needs the role ${now['x-required-role']}.`);
    this.parameters(place, before.parameters ?? [], now.parameters ?? []);
    this.body(`${place} body`, 'request', before.requestBody, now.requestBody);
    for (const [status, answer] of Object.entries(before.responses)) {
      if (!status.startsWith('2')) continue;
      const nowAnswer = now.responses[status];
      if (nowAnswer) this.body(`${place} ${status}`, 'answer', answer, nowAnswer);
      else this.found.push(`${place} no longer answers ${status}.`);
    }
  }

  private parameters(place: string, before: NonNullable<Operation['parameters']>, now: typeof before): void {
    const find = (list: typeof before, wanted: (typeof before)[number]) =>
      list.find((candidate) => candidate.name === wanted.name && candidate.in === wanted.in);
    for (const parameter of before) {
      const present = find(now, parameter);
      if (!present) this.found.push(`${place} no longer takes ${parameter.in} ${parameter.name}.`);
      else this.schema(`${place} ${parameter.name}`, 'request', parameter.schema, present.schema);
    }
    for (const parameter of now) {
      if (parameter.required && !find(before, parameter)?.required)
        this.found.push(`${place} requires ${parameter.in} ${parameter.name}.`);
    }
  }

  private body(place: string, direction: Direction, before: Body | undefined, now: Body | undefined): void {
    for (const [type, { schema }] of Object.entries(before?.content ?? {})) {
      const present = now?.content?.[type];
      if (present) this.schema(place, direction, schema, present.schema);
      else this.found.push(`${place} is no longer ${type}.`);
    }
  }

  private schema(place: string, direction: Direction, before: Schema | undefined, now: Schema | undefined): void {
    const old = resolve(this.released, before);
    const present = direction === 'request' ? this.successor(old, now) : resolve(this.next, now);
    for (const keyword of ['type', 'format', 'pattern'] as const) {
      if (old[keyword] !== present[keyword])
        this.found.push(
          `${place} changes its ${keyword} from ${old[keyword] ?? 'none'} to ${present[keyword] ?? 'none'}.`,
        );
    }
    this.values(place, direction, old, present);
    const [given, demanded] = direction === 'request' ? [old, present] : [present, old];
    for (const name of demanded.required ?? []) {
      if (given.properties?.[name] && given.required?.includes(name)) continue;
      this.found.push(direction === 'request' ? `${place} requires ${name}.` : `${place} may lack ${name}.`);
    }
    for (const [name, property] of Object.entries(old.properties ?? {})) {
      const successor = present.properties?.[name];
      if (successor) this.schema(`${place} ${name}`, direction, property, successor);
      else if (direction === 'request' || !old.required?.includes(name)) this.found.push(`${place} has no ${name}.`);
    }
    if (old.items) this.schema(`${place} items`, direction, old.items, present.items);
  }

  /** For a request, a type that is now one of several only became wider. */
  private successor(old: Schema, now: Schema | undefined): Schema {
    const present = resolve(this.next, now);
    return (!old.oneOf && present.oneOf?.find(({ type }) => type === old.type)) || present;
  }

  /** Checks that old values stay valid in requests, and that responses have no values unknown to old clients. */
  private values(place: string, direction: Direction, old: Schema, present: Schema): void {
    const [smaller, larger] = direction === 'request' ? [old, present] : [present, old];
    const lost = (smaller.enum ?? []).filter((value) => larger.enum && !larger.enum.includes(value));
    const word = direction === 'request' ? 'no longer takes' : 'may now be';
    if (lost.length > 0) this.found.push(`${place} ${word} ${lost.join(', ')}.`);
    if (smaller.nullable && !larger.nullable) this.found.push(`${place} ${word} null.`);
    if (direction === 'answer') return;
    for (const bound of LOWER_BOUNDS) {
      if ((present[bound] ?? -Infinity) > (old[bound] ?? -Infinity))
        this.found.push(`${place} raises its ${bound} to ${present[bound]}.`);
    }
    for (const bound of UPPER_BOUNDS) {
      if ((present[bound] ?? Infinity) < (old[bound] ?? Infinity))
        this.found.push(`${place} lowers its ${bound} to ${present[bound]}.`);
    }
  }
}

function resolve(document: ApiDocument, schema: Schema = {}): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : (document.components?.schemas?.[name] ?? {});
}
