import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnOps } from '../support/ops.js';

describe('operators on a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ops-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ops = (args: string, dataDir = folder) => spawnOps(args.split(' '), { dataDir }).ended;

  it.each([
    'outbox list orders',
    'emails list',
    'keys rotate',
    'migrate status',
    'migrate up',
    'dlq list',
    'products export',
    'audit list users',
    'suppressions list',
  ])(
    'that is not there: %s says so, and creates nothing',
    async (command) => {
      const missing = join(folder, 'misspelt');
      const { code, out, err } = await ops(command, missing);
      expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^There is no folder .*misspelt: set DATA_DIR/)]);
      expect(existsSync(missing)).toBe(false);
    },
    30_000,
  );

  it('that is empty: only migrate creates databases', async () => {
    for (const command of ['outbox list orders', 'products export', 'users create-admin --email a@example.com']) {
      const { code, err } = await spawnOps(command.split(' '), {
        dataDir: folder,
        environment: { ADMIN_PASSWORD: 'a long enough pass phrase' },
      }).ended;
      expect([command, code, err]).toEqual([command, 1, expect.stringContaining('npm run ops -- migrate up')]);
    }
    expect((await ops('migrate status users')).out).toMatch(/pending/);
    expect(readdirSync(folder)).toEqual([]);
    expect((await ops('migrate up')).code).toBe(0);
    const { code, out, err } = await ops('outbox list orders');
    expect([code, out, err]).toEqual([0, '', 'No row of the outbox of orders is waiting.\n']);
  }, 120_000);

  it('with an older schema: a command says how to migrate it; a revert needs a confirmation', async () => {
    expect((await ops('migrate up orders')).code).toBe(0);
    const asked = await ops('migrate down orders');
    expect([asked.code, asked.out]).toEqual([1, '']);
    expect(asked.err).toMatch(/This undoes \w+ of orders, .*\n.*add --yes/);
    expect((await ops('outbox list orders')).code).toBe(0);
    expect(JSON.parse((await ops('migrate down orders --yes --json')).out)).toMatchObject({ service: 'orders' });
    const { code, err } = await ops('outbox list orders');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/is 1 of its \d+ migrations behind: run npm run ops -- migrate up orders/),
    ]);
  }, 120_000);

  it('documents output and exit codes of its commands in --help', async () => {
    const { code, out } = await ops('--help');
    expect(code).toBe(0);
    for (const word of ['--stage', '--json', '--output', 'Exit codes: 0', '1 nothing was done', '2 only a part'])
      expect(out).toContain(word);
  }, 60_000);
});
