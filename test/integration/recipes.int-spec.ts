import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { passedOn } from '../support/process.js';
import { carryOut, readRecipes, type RecipeStep } from '../support/recipes.js';

const root = resolve('.');
const markdown = readFileSync('docs/recipes.md', 'utf8');
const steps = readRecipes(markdown);
const isTest = ({ kind, file }: RecipeStep) => kind === 'file' && file.endsWith('spec.ts');
const NOT_COPIED = new Set(['node_modules', '.git', 'dist', '.data', '.serverless', 'artefacts', 'coverage']);

/** The tests that check the files changed by a recipe. */
const CONTRACTS = [
  ...['authz', 'openapi', 'env-example', 'events', 'asyncapi', 'containers', 'manifests', 'workflows', 'rooms'].map(
    (name) => `test/contracts/${name}.spec.ts`,
  ),
  'apps/local/src/gateway/routes.spec.ts',
  'apps/notifier/src/notifications/templates/render.spec.ts',
];
const RECIPES = ['A service', 'An endpoint', 'An event', 'An e-mail'];
const JEST = `import base from './jest.config.mjs';
export default { ...base.projects[0], displayName: 'recipes', testMatch: ['**/*spec.ts'], testTimeout: 30_000 };`;

describe('the recipes of docs/recipes.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  /** Runs a program there; throws its output if it fails. The embedded database is enough. */
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const options = { cwd: folder, env: passedOn() };
    await promisify(execFile)(program, args, options).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    });
  };
  const node = (script: string, ...args: string[]) => run(process.execPath, `node_modules/${script}`, ...args);

  beforeAll(() => {
    cpSync(root, folder, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'recipes.jest.mjs'), JEST);
    for (const step of steps) carryOut(step, folder);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(RECIPES)('%s takes at most 20 lines of CONTRIBUTING.md', (recipe) => {
    const [, section = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split(`\n## ${recipe}\n`);
    const lines = (section.split('\n## ')[0] ?? '').trim().split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  it.each(RECIPES)('%s comes with its test', (recipe) => {
    const [, section = ''] = markdown.split(`\n## ${recipe}\n`);
    expect(readRecipes(section.split('\n## ')[0] ?? '').filter(isTest)).not.toEqual([]);
  });

  it('add a service by one folder, one line, and a row that says who may call it', () => {
    const [, section = ''] = markdown.split('\n## A service\n');
    const outside = readRecipes(section.split('\n## ')[0] ?? '').filter(
      ({ file }) => !file.startsWith('apps/shipping/'),
    );
    expect(outside.map(({ file, text }) => [file, text.match(/^[+-]/gm)?.length])).toEqual([
      ['apps/services.ts', 1],
      ['test/e2e/hostile/authz-matrix.ts', 1],
    ]);
  });

  it('lead to formatted code that compiles, a platform that starts, and passing tests', async () => {
    await node('prettier/bin/prettier.cjs', '--check', '--ignore-unknown', ...new Set(steps.map(({ file }) => file)));
    const outcomes = await Promise.allSettled([
      node('typescript/bin/tsc', '-p', 'tsconfig.json', '--incremental', 'false'),
      run('npm', 'run', '--silent', 'api:write'),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    const own = steps.filter(isTest).map(({ file }) => file);
    await node('jest/bin/jest.js', '--config', 'recipes.jest.mjs', '--runTestsByPath', ...own, ...CONTRACTS);
  }, 240_000);
});
