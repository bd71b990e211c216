import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describeRooms, roomGraph, type Cruise } from '../support/rooms.js';
import { CYCLE, PLANTED, PLANTED_LINT, RULES, SURROUNDINGS } from './planted.js';

interface Violation {
  from: string;
  rule: { name: string };
}
interface LintedFile {
  filePath: string;
  messages: { ruleId: string | null }[];
}

const root = resolve('.');

/** Runs a tool of node_modules/.bin in `folder`; ignores its exit code, since violations are expected. */
function run(folder: string, tool: string, args: string[]): string {
  const { stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (stdout === '') throw new Error(`${tool} printed nothing: ${stderr}`);
  return stdout;
}

describe('every architecture rule reports its planted violation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'));
  let violations: Violation[] = [];
  let linted: LintedFile[] = [];

  beforeAll(() => {
    const files = {
      ...SURROUNDINGS,
      ...CYCLE,
      ...Object.fromEntries([...PLANTED, ...PLANTED_LINT].map((p) => [p.offender, p.source])),
    };
    for (const [path, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), source);
    }
    for (const file of ['.dependency-cruiser.cjs', 'eslint.config.mjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    const cruised = JSON.parse(
      run(folder, 'depcruise', ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs']),
    );
    violations = (cruised as { summary: { violations: Violation[] } }).summary.violations;
    linted = JSON.parse(
      run(folder, 'eslint', ['--format', 'json', ...PLANTED_LINT.map(({ offender }) => offender)]),
    ) as LintedFile[];
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PLANTED)('$rule', ({ rule, offender }) => {
    expect(violations.map((v) => `${v.rule.name} ${v.from}`)).toContain(`${rule} ${offender}`);
  });

  it.each(PLANTED_LINT)('$rule', ({ rule, offender }) => {
    const file = linted.find(({ filePath }) => filePath.endsWith(offender));
    expect(file?.messages.map(({ ruleId }) => ruleId)).toContain(rule);
  });

  it('covers every rule', () => {
    expect(PLANTED.map(({ rule }) => rule).toSorted()).toEqual(RULES.map(({ name }) => name).toSorted());
  });

  it('does not report the harmless files', () => {
    expect(violations.filter(({ from }) => from in SURROUNDINGS)).toEqual([]);
  });
});

describe('the rooms', () => {
  it('have no circular imports', () => {
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'];
    const graph = roomGraph(JSON.parse(run(root, 'depcruise', args)) as Cruise);
    expect(describeRooms(graph)).toMatch(/ rooms, \d+ arrows, 0 circles$/);
    expect(graph['apps/orders/checkout']).toContain('apps/orders/orders');
  }, 120_000);

  it('would be reported in a circle', () => {
    const module = (source: string, resolved: string) => ({ source, dependencies: [{ resolved }] });
    const modules = [
      module('apps/users/src/keys/a.ts', 'apps/users/src/tokens/b.ts'),
      module('apps/users/src/tokens/c.ts', 'apps/users/src/keys/d.ts'),
    ];
    expect(describeRooms(roomGraph({ modules }))).toContain('circle: apps/users/keys, apps/users/tokens');
  });
});
