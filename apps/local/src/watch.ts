import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { watch } from 'chokidar';
import { giveFreedMemoryBack } from './memory.js';

/** Longer than the platform's own wait for running requests. */
const STOP_MS = 15_000;
/** Collects changes, since an editor or a checkout writes several files at once. */
const QUIET_MS = 50;

// Here, since a process that restarts itself loses the channel to its parent; the platforms inherit the setting.
giveFreedMemoryBack();

const SOURCE = /(?<!\.(spec|int-spec|e2e-spec))\.ts$/;
const changed = new Set<string>();
let next = prepare();
let platform = start();
let work = Promise.resolve();
let timer: NodeJS.Timeout | undefined;

const watcher = watch(['apps', 'libs'], { ignoreInitial: true }).on('all', (_event, file) => {
  if (!SOURCE.test(file)) return;
  changed.add(file);
  clearTimeout(timer);
  timer = setTimeout(() => {
    work = work.then(restart);
  }, QUIET_MS);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());

/** Starts a process that imports all packages and then waits for the message to start. */
function prepare(): ChildProcess {
  const args = ['--enable-source-maps', join(import.meta.dirname, 'prepared.js'), ...process.argv.slice(2)];
  return spawn(process.execPath, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
}

function start(): ChildProcess {
  const child = next;
  child.send('start');
  child.once('exit', (code) => {
    if (code) console.error('The platform did not start: it is started again after the next change.');
  });
  next = prepare();
  return child;
}

/** If a file does not compile, the running platform stays, and the file is tried again after the next change. */
async function restart(): Promise<void> {
  const files = [...changed];
  try {
    const compiled = await Promise.all(files.map(compile));
    for (const write of compiled) await write();
  } catch (error) {
    console.error(`${(error as Error).message}\nThe platform runs on as it was.`);
    return;
  }
  for (const file of files) changed.delete(file);
  await stop(platform);
  platform = start();
}

/** Returns a function that writes the output, so that nothing is written if another file fails. */
async function compile(file: string): Promise<() => Promise<void>> {
  const out = join('dist', file.replace(/\.ts$/, '.js'));
  if (!existsSync(file)) return () => rm(out, { force: true });
  const { code } = await transformFile(file, { configFile: '.swcrc', sourceMaps: 'inline' });
  return async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, code);
  };
}

/** Waits for the process's end, since the next one needs the data folder and the port. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(late);
}

async function end(): Promise<void> {
  clearTimeout(timer);
  await watcher.close();
  await work;
  await Promise.all([stop(platform), stop(next)]);
  process.exit(0);
}
