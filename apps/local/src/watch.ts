import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { watch } from 'chokidar';

/** Longer than the platform itself waits for running requests. */
const STOP_MS = 15_000;
/** An editor or a checkout writes several files at once. */
const QUIET_MS = 50;

const SOURCE = /(?<!\.(spec|int-spec|e2e-spec))\.ts$/;
const changed = new Set<string>();
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

function start(): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', join(import.meta.dirname, 'main.js'), ...process.argv.slice(2)],
    {
      stdio: 'inherit',
    },
  );
  child.once('exit', (code) => {
    if (code) console.error('The platform did not start: it is started again after the next change.');
  });
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
  await stop();
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
async function stop(): Promise<void> {
  if (platform.exitCode !== null || platform.signalCode !== null) return;
  const ended = once(platform, 'exit');
  platform.kill('SIGTERM');
  const late = setTimeout(() => platform.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(late);
}

async function end(): Promise<void> {
  clearTimeout(timer);
  await watcher.close();
  await work;
  await stop();
  process.exit(0);
}
