import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { startPlatform } from './support/platforms.js';

/** TOUR_RUNS=20 runs the tour 20 times, each on a new platform. */
const RUNS = Number(process.env['TOUR_RUNS'] ?? 1);

const [, tour = ''] = /^## Seven lines .*\n+```sh\n([^]*?)^```/m.exec(readFileSync('README.md', 'utf8')) ?? [];

/** The output of a shell after all `lines` are pasted at once. */
async function paste(lines: string): Promise<string> {
  const shell = spawn('bash', { stdio: ['pipe', 'pipe', 'inherit'] });
  let printed = '';
  shell.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  shell.stdin.end(lines);
  await once(shell, 'close');
  return printed;
}

describe("the README's tour", () => {
  it('has seven lines', () => {
    expect(tour.trim().split('\n')).toHaveLength(7);
  });

  it.each(Array.from({ length: RUNS }, (_, run) => run + 1))(
    "pasted as one block, ends with the e-mail that Ann's order is paid (run %d)",
    async () => {
      const { client, stop } = await startPlatform({ adminEmail: undefined, adminPassword: undefined });
      try {
        const printed = await paste(tour.replace('http://127.0.0.1:3000', client.base));
        const emails = JSON.parse(printed.slice(printed.lastIndexOf('[{"id"'))) as object[];
        expect(emails).toMatchObject([
          { to: ['ann@example.com'], subject: expect.stringMatching(/^Order \d+ paid: thank you$/) },
        ]);
      } finally {
        await stop();
      }
    },
    60_000,
  );
});
