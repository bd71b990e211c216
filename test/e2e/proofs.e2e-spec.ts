import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { hasMariaDb } from '../support/mariadb.js';
import { hasRedis } from '../support/redis.js';

const onRealServers = hasMariaDb() && hasRedis() ? describe : describe.skip;

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill();
});

/** Runs `npm run prove` as built; answers what it printed, a line per proof, and how it ended. */
async function prove(...args: string[]): Promise<{ lines: string[]; status: number | null }> {
  const child = spawn(process.execPath, ['dist/bench/proofs/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += String(data)));
  const [status] = (await once(child, 'close')) as [number | null];
  running.delete(child);
  return { lines: output.trim().split('\n'), status };
}

onRealServers('the proofs, in small', () => {
  it('hold', async () => {
    const { lines, status } = await prove('R1', 'R4', 'R9', '--quick');
    const verdicts = lines.map((line) => line.split('  ').slice(0, 2).join(' '));
    expect(verdicts.toSorted()).toEqual(['Every proof holds.', 'R1 holds', 'R4 holds', 'R9 holds']);
    expect(status).toBe(0);
  }, 600_000);

  it('fail without the guard they prove', async () => {
    const { lines, status } = await prove('R1', '--mutant');
    expect(lines).toEqual([
      expect.stringMatching(/^R1 without keys-without-claims {2}FAILS {2}✗ orders \d+ \(= 10\)/),
      'Every proof fails without its guard.',
    ]);
    expect(status).toBe(0);
  }, 600_000);

  it('are named in the usage when nothing is chosen', async () => {
    expect((await prove()).status).toBe(2);
  }, 60_000);
});
