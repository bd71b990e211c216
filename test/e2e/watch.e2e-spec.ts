import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, passedOn } from '../support/process.js';
import { eventually } from './support/client.js';

const FILES = ['apps', 'libs', 'dist', '.swcrc', 'package.json', 'tsconfig.json'];
const SENTENCE = 'Nothing is served at this address.';

describe('npm run dev', () => {
  it('restarts the platform on a change, and keeps the running one when a change does not compile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    for (const name of FILES) cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const port = await freePort();
    const child = spawn(process.execPath, ['dist/apps/local/src/watch.js'], {
      cwd: folder,
      env: { ...passedOn(), PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    const detail = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/nothing`).catch(() => undefined);
      return answer?.ok === false ? ((await answer.json()) as { detail: string }).detail : output;
    };
    try {
      await eventually(detail, (text) => text === SENTENCE, 60_000);
      const file = join(folder, 'libs/http/src/problem.ts');
      const source = readFileSync(file, 'utf8');
      const broken = `${source.replace(SENTENCE, 'Nobody lives here.')}\nconst = ;\n`;
      // Twice: the second change is handled only after the effects of the first.
      for (const times of [1, 2]) {
        writeFileSync(file, broken + '\n'.repeat(times));
        await eventually(
          () => output.split('The platform runs on as it was.').length - 1,
          (found) => found === times,
        );
      }
      expect([await detail(), output]).toEqual([SENTENCE, expect.stringContaining('problem.ts')]);
      const began = performance.now();
      writeFileSync(file, source.replace(SENTENCE, 'Nobody lives here.'));
      await eventually(detail, (text) => text === 'Nobody lives here.', 60_000).catch((error: unknown) => {
        throw new Error(`The platform was not started again. It said:\n${output}`, { cause: error });
      });
      const seconds = (performance.now() - began) / 1_000;
      process.stderr.write(`npm run dev: ${seconds.toFixed(1)} s from a change to the new answer\n`);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([0, null]);
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    } finally {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    }
  }, 150_000);
});
