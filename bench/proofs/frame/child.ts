import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the built proofs, dist/bench/proofs. */
const PROOFS = new URL('../', import.meta.url);
const DIST = new URL('../../', PROOFS);

export interface ChildOptions {
  /** Path of the program below dist/. */
  program: string;
  args?: string[];
  /** Modules below dist/bench/proofs, without `.js`, that run before the program in its process. */
  preloads?: readonly string[];
  environment?: Record<string, string | undefined>;
  /** Gets all output of the process. */
  logFile: string;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The address of a module below dist/bench/proofs. */
export const moduleOf = (name: string): string => new URL(name.endsWith('.mjs') ? name : `${name}.js`, PROOFS).href;

/** Starts a program that ends with this process, even if this one is killed. */
export function startChild({
  program,
  args = [],
  preloads = [],
  environment = {},
  logFile,
}: ChildOptions): ChildProcess {
  const log = openSync(logFile, 'a');
  const imports = ['preloads/leash', ...preloads].map(moduleOf);
  const options: ForkOptions = {
    execArgv: imports.flatMap((module) => ['--import', module]),
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  };
  const child = fork(fileURLToPath(new URL(program, DIST)), args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Sends the signal and returns the exit code after the process has ended; null if a signal ended it. */
export async function endChild(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  const [code] = (await gone) as [number | null];
  return code;
}
