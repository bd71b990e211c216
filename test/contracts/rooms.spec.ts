import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { listings } from '../../apps/local/src/documents/listings.js';
import { type Json } from '../support/json.js';

const formatted = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll(/([[{]) | (?=[\]}])/g, '$1');

describe('every room has its sign', () => {
  it.each(Object.keys(listings()))('%s matches the output of npm run api:write', (file) => {
    expect(formatted(readFileSync(file, 'utf8'))).toBe(formatted(listings()[file] ?? ''));
  });

  // JSON.parse silently keeps the last of two equal keys; a YAML parser, which also reads JSON, reports them.
  it.each([...globSync('*.json'), ...globSync('docs/api/*.json')])('%s has every key once', (file) => {
    expect(parseDocument(readFileSync(file, 'utf8'), { uniqueKeys: true }).errors).toEqual([]);
  });
});

describe('"Where is the rule?" of an app', () => {
  const tables = globSync('apps/*/README.md').flatMap((readme) => {
    const [, table = ''] = readFileSync(readme, 'utf8').split('## Where is the rule?\n');
    const paths = [...(table.split('\n## ')[0] ?? '').matchAll(/`([\w-]+\/[\w.-]+\.ts)`/g)].map(
      ([, path = '']) => path,
    );
    return paths.map((path) => [readme, path] as const);
  });

  it('is found', () => expect(tables.length).toBeGreaterThan(15));

  it.each(tables)('in %s names %s, which exists', (readme, path) => {
    expect(existsSync(readme.replace('README.md', `src/${path}`))).toBe(true);
  });
});

describe('the functions', () => {
  let functions: Record<string, Json>;
  let roles: Json;
  beforeAll(async () => {
    functions = await infra('./functions.cjs')(context);
    roles = infra('./resources/roles.cjs')(await infra('./resources/cfn.cjs').readStage(context)).Resources;
  });

  it('exist for every app with a lambda.ts', () => {
    const apps = readdirSync('apps').filter((app) => existsSync(`apps/${app}/src/lambda.ts`));
    const handlers = Object.values(functions).map(({ handler }) => String(handler).split('/')[2]);
    expect([...new Set(handlers)].sort()).toEqual(apps.sort());
  });

  it('each have an exported handler and a role', () => {
    for (const [name, { handler, role }] of Object.entries(functions)) {
      const [, app = '', exported = ''] = /^dist\/lambda\/(\w+)\/lambda\.(\w+)$/.exec(String(handler)) ?? [];
      expect([name, readFileSync(`apps/${app}/src/lambda.ts`, 'utf8')]).toEqual([
        name,
        expect.stringMatching(new RegExp(`^export const (${exported}|{[^}]*\\b${exported}\\b[^}]*}) =`, 'm')),
      ]);
      expect(roles).toHaveProperty([String(role)]);
    }
  });

  it('of HTTP are all checked by the front', () => {
    const asked = Object.keys(functions).filter((name) => name.endsWith('-http') && name !== 'front-http');
    for (const name of asked) {
      expect(JSON.stringify(functions['front-http']?.['environment'])).toContain(`-${name}`);
      expect(JSON.stringify(roles['FrontHttpRole'])).toContain(`-${name}`);
    }
  });
});

/** Replaces the Serverless Framework's calls to infra. */
const context = {
  resolveVariable: (name: string) =>
    Promise.resolve(
      name === 'sls:stage' ? 'dev' : name.startsWith('file(') ? parse(readFileSync('infra/stages.yml', 'utf8')) : '',
    ),
};

const infra = createRequire(resolve('infra/index.cjs')) as (path: string) => Json;
