import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.js';
import { holdFile } from './hold-file.js';

/** What `holdFile` does, in a process that can be killed. */
const HOLD = `const lock = new (require('libsql'))(process.argv[1], { timeout: 0 });
lock.exec('BEGIN EXCLUSIVE'); process.stdout.write('held'); setInterval(() => undefined, 1000);`;

describe('a held file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hold-'));
  const file = join(folder, 'lock');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has one holder at a time, across processes', async () => {
    const release = holdFile(file);
    expect(release).toBeDefined();
    expect(holdFile(file)).toBeUndefined();
    const other = spawn(process.execPath, ['-e', HOLD, file], { stdio: ['ignore', 'pipe', 'ignore'] });
    expect(await once(other, 'exit')).toEqual([1, null]);
    release?.();
    const again = holdFile(file);
    expect(again).toBeDefined();
    again?.();
  });

  it('is released when its holder is killed', async () => {
    const other = spawn(process.execPath, ['-e', HOLD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    expect(holdFile(file)).toBeUndefined();
    other.kill('SIGKILL');
    await once(other, 'exit');
    const release = await eventually(() => holdFile(file) ?? Promise.reject(new Error('still held')));
    release();
  });
});
