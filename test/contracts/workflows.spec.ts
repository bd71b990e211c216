import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { type Json, readJson } from '../support/json.js';

const FOLDER = '.github/workflows';
const files = readdirSync(FOLDER);
const read = (file: string): Json => parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));
const steps = (file: string): Json[] => Object.values<Json>(read(file).jobs).flatMap((job: Json) => job.steps);

describe.each(files)('the workflow %s', (file) => {
  it('pins every action by a full version tag', () => {
    const used = steps(file).flatMap(({ uses }) => (uses === undefined ? [] : [String(uses)]));
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+\.\d+\.\d+$/);
  });

  it('has minimal permissions and a timeout', () => {
    const { permissions, jobs } = read(file);
    expect(permissions.contents).toBe('read');
    expect(Object.values(permissions)).not.toContain('write');
    for (const [name, { permissions: own = {}, steps }] of Object.entries<Json>(jobs)) {
      const granted = Object.keys(own).filter((permission) => own[permission] === 'write');
      // With that permission a job can sign in to AWS, so only a job that assumes a role has it.
      const reaches = JSON.stringify(steps).includes('role-to-assume');
      expect([name, granted]).toEqual([name, reaches ? ['id-token'] : []]);
    }
    for (const job of Object.values<Json>(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(90);
  });

  it('tests with the same script as every machine', () => {
    const tests = read(file).jobs.test.steps.map(({ run }: Json) => String(run));
    expect(tests).toContain('.ci/run');
    expect(tests.filter((run: string) => /npm (run )?test|jest/.test(run))).toEqual([]);
  });

  it('runs only existing scripts', () => {
    const { scripts } = readJson('package.json');
    const commands = steps(file)
      .map(({ run = '' }) => String(run))
      .join('\n');
    for (const [, script = ''] of commands.matchAll(/npm run (?:--\w+ )*([\w:]+)/g))
      expect(scripts).toHaveProperty([script]);
    for (const [, path = ''] of commands.matchAll(/(?:^|\s)((?:\.ci|test|docker)\/[\w./-]+)/g))
      expect([path, existsSync(path)]).toEqual([path, true]);
  });
});

/** The requests in a workflow's scripts, such as `GET /products?page_size=1`. */
function asked(): string[] {
  const scripts = files.flatMap((file) => steps(file).map(({ run = '' }) => String(run))).join('\n');
  const listed = [...scripts.matchAll(/for path in ([^;]+); do/g)].flatMap(([, paths = '']) => paths.split(/\s+/));
  const inUrls = [...scripts.matchAll(/\$\{?(?:url|BASE)\}?(\/[^\s"']+)/g)].map(([, path = '']) => path);
  const called = [...readFileSync('test/smoke.mjs', 'utf8').matchAll(/call\(\s*'([A-Z]+)',\s*[`']([^`']+)[`']/g)];
  return [
    ...[...listed, ...inUrls].map((path) => `GET ${path.replaceAll(/['"]/g, '')}`),
    ...called.map(([, method, path = '']) => `${method} ${path.replaceAll(/\$\{[^}]*\}/g, '1')}`),
  ];
}

describe('requests of workflows and the smoke test', () => {
  const { paths } = readJson('docs/api/openapi.json');
  const operation = (method: string, path: string): Json =>
    Object.entries<Json>(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    )?.[1][method.toLowerCase()];

  it('is found', () => {
    expect(asked()).toEqual(expect.arrayContaining(['GET /health/ready', 'POST /orders', 'PUT /orders/1']));
    expect(asked().length).toBeGreaterThan(8);
  });

  it.each(asked())('%s is a documented operation with valid parameters', (request) => {
    const [method = '', address = ''] = request.split(' ');
    const { pathname, searchParams } = new URL(address, 'http://platform');
    const found = operation(method, pathname);
    expect([request, found !== undefined]).toEqual([request, true]);
    const parameters: Json[] = found.parameters ?? [];
    for (const [name, value] of searchParams) {
      const { schema } = parameters.find((each) => each.in === 'query' && each.name === name) ?? {};
      const typed = schema?.type === 'integer' ? Number(value) : value;
      expect([request, name, schema !== undefined && new Ajv({ strict: false }).validate(schema, typed)]).toEqual([
        request,
        name,
        true,
      ]);
    }
    for (const { name, required, in: place } of parameters)
      if (required === true && place === 'query') expect([request, searchParams.has(name)]).toEqual([request, true]);
  });
});

describe('the deployment', () => {
  const { jobs } = read('deploy.yml');

  it('tests first, and accesses AWS by a role, never by a key', () => {
    expect(jobs.package.needs).toBe('test');
    expect(jobs.images.needs).toBe('package');
    expect(jobs.stage.needs).toBe('images');
    const text = readFileSync(`${FOLDER}/deploy.yml`, 'utf8');
    expect(text).toContain('role-to-assume');
    expect(text).not.toMatch(/aws-(access-key-id|secret-access-key)/);
  });

  it('has an existing stage for every branch', () => {
    const stages = Object.keys(parse(readFileSync('infra/stages.yml', 'utf8')));
    const { branches } = (read('deploy.yml').on ?? read('deploy.yml')['true']).push;
    expect(branches).toHaveLength(3);
    for (const [, stage = ''] of String(jobs.stage.environment).matchAll(/(?:&&|\|\|) '(\w+)'/g))
      expect(stages).toContain(stage);
  });

  /** A job's commands, with `.ci/run` expanded. */
  const runs = (name: string): string =>
    jobs[name].steps
      .map(({ run = '' }: Json) => String(run))
      .join('\n')
      .replaceAll('.ci/run', readFileSync('.ci/run', 'utf8'));

  it('rehearses and packages before it pushes an image or deploys a stack', () => {
    expect(runs('test')).toMatch(/^npm run (--silent )?deploy:rehearse\b/m);
    expect(runs('package')).toContain('serverless package');
    expect(runs('package')).toContain('lint:templates');
    for (const name of ['test', 'package']) {
      expect(jobs[name].environment).toBeUndefined();
      expect(JSON.stringify(jobs[name].steps)).not.toMatch(/aws-actions|docker\/|serverless deploy/);
    }
  });

  it('calls a step a rehearsal only if it rehearses', () => {
    for (const [name, { steps: own }] of Object.entries<Json>(jobs))
      for (const { name: title = '' } of own)
        if (/rehears/i.test(String(title))) expect(runs(name)).toContain('deploy:rehearse');
  });

  it('deploys the package and checks it; only in stages without customers does the check write', () => {
    const order = ['serverless deploy', '/health/ready', 'npm run smoke'].map((text) => runs('stage').indexOf(text));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThanOrEqual(0);
    expect(runs('stage')).toContain('--package packages');
    const smoke = jobs.stage.steps.find(({ run = '' }: Json) => String(run).includes('npm run smoke'));
    expect(smoke.if).toBe("env.STAGE != 'prod'");
  });

  it('needs only settings that the operator guide names', () => {
    const text = readFileSync(`${FOLDER}/deploy.yml`, 'utf8');
    const guide = readFileSync('docs/operations.md', 'utf8').split('## Deploying from CI')[1] ?? '';
    for (const [, name = ''] of text.matchAll(/(?:vars|secrets)\.(\w+)/g)) expect(guide).toContain(`\`${name}\``);
  });
});
