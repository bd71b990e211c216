import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { watch } from 'chokidar';
import { giveFreedMemoryBack } from './memory.js';

/** Longer than the platform itself waits for running requests. */
const STOP_MS = 15_000;
/** An editor or a checkout writes several files at once. */
const QUIET_MS = 50;

// Here, since a process that starts itself again is told nothing by its parent any more; the platforms inherit it.
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

/** A process that imports what a change of ours does not touch, and then waits to be told to start. */
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

/** The running platform stays where a file cannot be compiled; such a file is tried again after the next change. */
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

/** Answers what puts the outcome in its place, so that nothing is written where another file fails. */
async function compile(file: string): Promise<() => Promise<void>> {
  const out = join('dist', file.replace(/\.ts$/, '.js'));
  if (!existsSync(file)) return () => rm(out, { force: true });
  const { code } = await transformFile(file, { configFile: '.swcrc', sourceMaps: 'inline' });
  return async () => {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, code);
  };
}

/** Waits for the end: the data folder and the port are the next one's. */
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
