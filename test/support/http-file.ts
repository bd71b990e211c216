import { randomUUID } from 'node:crypto';
import { type Json } from './json.js';

/** One request of a .http file. */
export interface HttpStep {
  title: string;
  /** The name for later requests to refer to its response. */
  name: string | undefined;
  /** The expected status; undefined for any success. */
  expected: number | undefined;
  text: string;
}

export interface HttpFile {
  variables: [string, string][];
  steps: HttpStep[];
}

/** Reads the part of the .http format that docs/http uses: variables, ### titles, # @name, # @expect. */
export function parseHttpFile(source: string): HttpFile {
  const [head = '', ...parts] = source.split(/^### */m);
  const variables = [...head.matchAll(/^@(\w+) *= *(.+)$/gm)].map(([, name = '', value = '']): [string, string] => [
    name,
    value,
  ]);
  const steps = parts.map((part) => {
    const [title = '', ...lines] = part.split('\n');
    const mark = (name: string) => new RegExp(`^# @${name} +(\\S+)`, 'm').exec(part)?.[1];
    const expected = mark('expect');
    const text = lines
      .filter((line) => !line.startsWith('#'))
      .join('\n')
      .trim();
    return { title, name: mark('name'), expected: expected === undefined ? undefined : Number(expected), text };
  });
  return { variables, steps };
}

/** Sends the requests of one file in turn; `{{name.response.body.list[0].field}}` reads an earlier response. */
export class HttpFileRunner {
  private readonly values = new Map<string, string>();
  private readonly answers: Record<string, { response: { body: Json } }> = {};

  constructor(
    { variables }: HttpFile,
    /** Replaces the file's own @base. */
    base: string,
  ) {
    for (const [name, value] of variables) this.values.set(name, this.fill(value));
    this.values.set('base', base);
  }

  async send(step: HttpStep): Promise<{ method: string; url: string; status: number; headers: Headers; text: string }> {
    const [head = '', body] = this.fill(step.text).split(/\n\s*\n/, 2);
    const [line = '', ...headers] = head.split('\n');
    const [method = '', url = ''] = line.split(' ', 2);
    const response = await fetch(url, {
      method,
      headers: headers.map((header) => header.split(/: */, 2) as [string, string]),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    if (step.name !== undefined) this.answers[step.name] = { response: { body: JSON.parse(text) } };
    return { method, url, status: response.status, headers: response.headers, text };
  }

  private fill(text: string): string {
    return text.replace(/\{\{([^}]+)\}\}/g, (_, expression: string) => {
      const value = expression === '$guid' ? randomUUID() : (this.values.get(expression) ?? this.find(expression));
      if (value === undefined) throw new Error(`Nothing is known of {{${expression}}}.`);
      return value;
    });
  }

  private find(path: string): string | undefined {
    const found = path.split(/[.[\]]+/).reduce<Json>((part, key) => part?.[key], this.answers);
    return found === undefined ? undefined : String(found);
  }
}
