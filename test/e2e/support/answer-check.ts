import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { tally } from '../../support/answer-tally.js';

export interface CheckedAnswer {
  status: number;
  headers: Headers;
  text: string;
}

interface Answer {
  content?: Record<string, { schema: object; examples?: object }>;
  headers?: object;
}

interface Operation {
  responses: Record<string, Answer | { $ref: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components?: { responses?: Record<string, Answer> };
}

/** Errors that occur before routing, so that no operation documents them. */
const EDGE_CODES = ['not-found', 'method-not-allowed', 'uri-too-long', 'headers-too-large', 'malformed-request'];

/** Pages and the local console, which the API document does not describe. */
const UNDOCUMENTED = /^\/(dev|docs|account|openapi|asyncapi\.json|openapi\.json)?(\/|$|\?)/;

/** Checks a platform's responses against its OpenAPI document: status, headers, content type, body, error code. */
export class AnswerCheck {
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly routes: { pattern: RegExp; path: string; operations: Record<string, Operation> }[];
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(
    private readonly document: Document,
    private readonly count: (verdict: 'inside' | 'outside') => void = () => undefined,
  ) {
    addFormats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', ...closed(document) });
    this.routes = Object.entries(document.paths)
      .map(([path, operations]) => ({ path, operations, pattern: toPattern(path) }))
      .sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  }

  /** Creates a check for a running platform; its results are counted in the run's last line. */
  static async of(base: string): Promise<AnswerCheck> {
    return new AnswerCheck((await (await fetch(`${base}/openapi.json`)).json()) as never, tally);
  }

  /** @throws Error that names the difference between response and document. */
  check(method: string, url: string, answer: CheckedAnswer): void {
    if (UNDOCUMENTED.test(url) || method === 'OPTIONS' || answer.status < 200) return;
    const problem = this.problemWith(method, url.split(/[?#]/)[0] ?? '', answer);
    this.count(problem === undefined ? 'inside' : 'outside');
    if (problem !== undefined) {
      throw new Error(`${method} ${url} answered ${answer.status} outside the document: ${problem}\n${answer.text}`);
    }
  }

  private problemWith(method: string, path: string, { status, headers, text }: CheckedAnswer): string | undefined {
    const route = this.routes.find(({ pattern }) => pattern.test(path));
    const operation = route?.operations[method === 'HEAD' ? 'get' : method.toLowerCase()];
    const code = (parse(text) as { code?: string } | undefined)?.code ?? '';
    const place = `${route?.path} ${method}`;
    if (status >= 400 && EDGE_CODES.includes(code))
      return this.mismatch('Problem', '#/components/schemas/Problem', text);
    if (!operation) return 'the operation is unknown';
    const documented = operation.responses[String(status)];
    if (!documented) return 'the status is undocumented';
    const { response, at } = this.resolved(
      documented,
      `#/paths/${encode(route.path)}/${method.toLowerCase()}/responses/${status}`,
    );
    for (const name of Object.keys(response.headers ?? {})) {
      // A replayed or unversioned response may lack a list's links and a resource's tag.
      if (['ETag', 'Retry-After', 'Location'].includes(name) && !headers.has(name))
        return `the header ${name} is missing`;
    }
    const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
    if (!type || !content) return text === '' ? undefined : 'it has a body';
    if (!headers.get('content-type')?.startsWith(type)) return `its type is ${headers.get('content-type')}`;
    if (method === 'HEAD') return undefined;
    if (content.examples && !(code in content.examples)) return `the operation does not list the code ${code}`;
    return this.mismatch(`${place} ${status}`, `${at}/content/${encode(type)}/schema`, text);
  }

  /** An operation's response, and where in the document it is. */
  private resolved(documented: Answer | { $ref: string }, at: string): { response: Answer; at: string } {
    if (!('$ref' in documented)) return { response: documented, at };
    const response = this.document.components?.responses?.[documented.$ref.split('/').at(-1) ?? ''];
    if (!response) throw new Error(`The document has no ${documented.$ref}.`);
    return { response, at: documented.$ref };
  }

  private mismatch(name: string, pointer: string, text: string): string | undefined {
    const validate = this.validators.get(name) ?? this.ajv.compile({ $ref: `api${pointer}` });
    this.validators.set(name, validate);
    return validate(parse(text)) ? undefined : this.ajv.errorsText(validate.errors);
  }
}

/** The same document, but objects may have only the properties in their schema, unless it allows more. */
function closed<T>(part: T): T {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map(closed) as T;
  const copy = Object.fromEntries(Object.entries(part).map(([name, value]) => [name, closed(value as unknown)]));
  const isObject = copy['type'] === 'object' && 'properties' in copy && !('additionalProperties' in copy);
  return (isObject ? { ...copy, additionalProperties: false } : copy) as T;
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`);
}

function encode(part: string): string {
  return encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
