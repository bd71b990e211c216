import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { type Json, readJson } from '../support/json.js';

const apps = readdirSync('apps');
/** Started on developers' and operators' machines. */
const AT_HOME = ['local', 'ops'];
const services = apps.filter((app) => existsSync(`apps/${app}/src/main.ts`) && !AT_HOME.includes(app));

const { functions } = parse(readFileSync('serverless.yml', 'utf8')) as { functions: Record<string, Json> };

describe('every room has its sign', () => {
  it('nest-cli.json knows every app and lib', () => {
    const projects = Object.values<Json>(readJson('nest-cli.json').projects).map(({ root }) => String(root));
    const rooms = ['apps', 'libs'].flatMap((folder) => readdirSync(folder).map((name) => `${folder}/${name}`));
    expect(projects.sort()).toEqual(rooms.sort());
  });

  // JSON.parse keeps the last of two keys and says nothing; as YAML, of which JSON is a part, they are an error.
  it.each([...globSync('*.json'), ...globSync('docs/api/*.json')])('%s has every key once', (file) => {
    expect(parseDocument(readFileSync(file, 'utf8'), { uniqueKeys: true }).errors).toEqual([]);
  });

  it.each(services)('%s can be started alone, and gets an image', (service) => {
    expect(readJson('package.json').scripts).toHaveProperty([`start:${service}`]);
    const { jobs } = parse(readFileSync('.github/workflows/deploy.yml', 'utf8'));
    expect(String(jobs.images.env.APPS).split(' ')).toContain(service);
    expect(parse(readFileSync('docker/compose.yml', 'utf8'), { merge: true }).services).toHaveProperty([service]);
  });

  it.each(apps.filter((app) => existsSync(`apps/${app}/src/lambda.ts`)))('%s has functions', (app) => {
    const handlers = Object.values(functions).map(({ handler }) => String(handler));
    expect(handlers).toContainEqual(expect.stringMatching(`^dist/lambda/${app}/`));
  });

  describe.each(Object.entries(functions))('the function %s', (_, { handler, role, environment }) => {
    it('has a handler, a role and an environment', async () => {
      const [, app = '', exported = ''] = /^dist\/lambda\/(\w+)\/lambda\.(\w+)$/.exec(String(handler)) ?? [];
      expect(readFileSync(`apps/${app}/src/lambda.ts`, 'utf8')).toMatch(
        new RegExp(`^export const (${exported}|{[^}]*\\b${exported}\\b[^}]*}) =`, 'm'),
      );
      expect(await roles()).toHaveProperty([String(role)]);
      const [, variables = ''] = /^\$\{self:custom\.environment\.(\w+)\}$/.exec(String(environment)) ?? [];
      expect(await environments()).toHaveProperty([variables]);
    });
  });

  it.each(Object.keys(functions).filter((name) => name.endsWith('-http') && name !== 'front-http'))(
    'the front asks %s',
    async (name) => {
      expect(JSON.stringify((await environments())['front'])).toContain(`-${name}`);
      expect(JSON.stringify((await roles())['FrontHttpRole'])).toContain(`-${name}`);
    },
  );
});

/** What the Serverless Framework would ask of infra, without it. */
const context = {
  resolveVariable: (name: string) =>
    Promise.resolve(
      name === 'sls:stage' ? 'dev' : name.startsWith('file(') ? parse(readFileSync('infra/stages.yml', 'utf8')) : '',
    ),
};

const infra = createRequire(resolve('infra/index.cjs')) as (path: string) => Json;
const environments = (): Promise<Json> => infra('./environment.cjs')(context);
const roles = async (): Promise<Json> =>
  infra('./resources/roles.cjs')(await infra('./resources/cfn.cjs').readStage(context)).Resources;
