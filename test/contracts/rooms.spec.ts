import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { listings } from '../../apps/local/src/documents/listings.js';
import { type Json } from '../support/json.js';

const formatted = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/([[{]) | (?=[\]}])/g, '$1');

describe('every room has its sign', () => {
  it.each(Object.keys(listings()))('%s is what npm run api:write makes of the manifests', (file) => {
    expect(formatted(readFileSync(file, 'utf8'))).toBe(formatted(listings()[file] ?? ''));
  });

  // JSON.parse keeps the last of two keys and says nothing; as YAML, of which JSON is a part, they are an error.
  it.each([...globSync('*.json'), ...globSync('docs/api/*.json')])('%s has every key once', (file) => {
    expect(parseDocument(readFileSync(file, 'utf8'), { uniqueKeys: true }).errors).toEqual([]);
  });
});

describe('the functions', () => {
  let functions: Record<string, Json>;
  let roles: Json;
  beforeAll(async () => {
    functions = await infra('./functions.cjs')(context);
    roles = infra('./resources/roles.cjs')(await infra('./resources/cfn.cjs').readStage(context)).Resources;
  });

  it('are there for every app with a lambda.ts', () => {
    const apps = readdirSync('apps').filter((app) => existsSync(`apps/${app}/src/lambda.ts`));
    const handlers = Object.values(functions).map(({ handler }) => String(handler).split('/')[2]);
    expect([...new Set(handlers)].sort()).toEqual(apps.sort());
  });

  it('each have a handler that is exported, and a role', () => {
    for (const [name, { handler, role }] of Object.entries(functions)) {
      const [, app = '', exported = ''] = /^dist\/lambda\/(\w+)\/lambda\.(\w+)$/.exec(String(handler)) ?? [];
      expect([name, readFileSync(`apps/${app}/src/lambda.ts`, 'utf8')]).toEqual([
        name,
        expect.stringMatching(new RegExp(`^export const (${exported}|{[^}]*\\b${exported}\\b[^}]*}) =`, 'm')),
      ]);
      expect(roles).toHaveProperty([String(role)]);
    }
  });

  it('of HTTP are all asked by the front', () => {
    const asked = Object.keys(functions).filter((name) => name.endsWith('-http') && name !== 'front-http');
    for (const name of asked) {
      expect(JSON.stringify(functions['front-http']?.['environment'])).toContain(`-${name}`);
      expect(JSON.stringify(roles['FrontHttpRole'])).toContain(`-${name}`);
    }
  });
});

/** What the Serverless Framework would ask of infra, without it. */
const context = {
  resolveVariable: (name: string) =>
    Promise.resolve(
      name === 'sls:stage' ? 'dev' : name.startsWith('file(') ? parse(readFileSync('infra/stages.yml', 'utf8')) : '',
    ),
};

const infra = createRequire(resolve('infra/index.cjs')) as (path: string) => Json;
