import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { passedOn } from './process.js';

export interface OpsOptions {
  dataDir: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  environment?: Record<string, string>;
}

/** An operator's environment for a platform's data. */
export function environmentOf({ dataDir, databaseUrl, redisUrl, environment }: OpsOptions) {
  const settings = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  return { ...passedOn(), ...settings, ...environment };
}

/** Runs the command of `npm run ops -- …` after its build. */
export function spawnOps(args: readonly string[], options: OpsOptions) {
  const program = ['--import', './dist/apps/ops/src/source-maps.js', 'dist/apps/ops/src/main.js'];
  const child = spawn(process.execPath, [...program, ...args], {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({
    code,
    out,
    err,
  }));
  return { child, ended };
}

/** Returns its output on a terminal; throws if the exit code is not `expected`. */
export async function runOps(args: readonly string[], options: OpsOptions, expected = 0): Promise<string> {
  const { code, out, err } = await spawnOps(args, options).ended;
  if (code !== expected) throw new Error(`ops ${args.join(' ')} ended with ${code}: ${err}${out}`);
  return out + err;
}
