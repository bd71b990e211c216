import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findDatabaseKind } from '../support/database-server.js';
import { hasRedis } from '../support/redis.js';

const onRealServers = findDatabaseKind() && hasRedis() ? describe : describe.skip;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill();
});

/** Runs the built `npm run prove`; returns its output, a line per proof, and how it ended. */
async function prove(...args: string[]): Promise<{ lines: string[]; end: [status: number | null, lastWords: string] }> {
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/bench/proofs/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].on('data', (data: Buffer) => (said[stream] += String(data)));
  const [status] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return {
    lines: said.stdout.trim().split('\n'),
    end: [status, status === 0 ? '' : `${said.stdout}${said.stderr}`.slice(-4_000)],
  };
}

/** Of each kind one that is soon over. */
const SELECTION = ['R1', 'R4', 'R9', 'P3', 'P7', 'P11', 'F1'];
const WELL = [0, ''];
const ON_SERVER = expect.stringMatching(/^On (MySQL|MariaDB) \d+\.\d+\.\d+\.$/);

onRealServers('the proofs, in small', () => {
  it('hold', async () => {
    const began = Date.now();
    const { lines, end } = await prove(...SELECTION, '--quick');
    expect(end).toEqual(WELL);
    process.stderr.write(`The short selection of the proofs took ${Math.round((Date.now() - began) / 1_000)} s.\n`);
    const verdicts = lines.map((line) => line.split('  ').slice(0, 2).join(' '));
    const held = SELECTION.map((name) => `${name} holds`);
    const isServer = (line: string) => line.startsWith('On ');
    expect(verdicts.filter(isServer)).toEqual([ON_SERVER]);
    const others = verdicts.filter((line) => !isServer(line));
    expect(others.toSorted()).toEqual(['Every proof holds.', ...held].toSorted());
  }, 600_000);

  it('fail without their guard', async () => {
    const { lines, end } = await prove('R1', '--mutant');
    expect(end).toEqual(WELL);
    expect(lines.toSorted()).toEqual([
      'Every proof holds, and fails without its guard.',
      ON_SERVER,
      expect.stringMatching(/^R1 {2}holds/),
      expect.stringMatching(/^R1 without keys-without-claims {2}FAILS {2}✗ orders \d+ \(= 10\)/),
    ]);
  }, 600_000);

  it('name the possible databases', async () => {
    const sentence = 'There is no database server "oracle": say mysql, mysql-8.0, mariadb.';
    expect((await prove('R1', '--database=oracle')).end).toEqual([2, expect.stringContaining(sentence)]);
  }, 60_000);

  it('are listed in the usage if none is chosen', async () => {
    expect((await prove()).end).toEqual([2, expect.stringContaining('Say what to prove')]);
  }, 60_000);
});
