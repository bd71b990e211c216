import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface OpsOptions {
  dataDir: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  environment?: Record<string, string>;
}

/** `npm run ops -- …` after its build. */
export function spawnOps(args: readonly string[], options: OpsOptions) {
  const { dataDir, databaseUrl, redisUrl, environment } = options;
  const settings = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ...environment };
  const child = spawn(process.execPath, ['--enable-source-maps', 'dist/apps/ops/src/main.js', ...args], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...settings },
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

/** Its output; throws when the command fails. */
export async function runOps(args: readonly string[], options: OpsOptions): Promise<string> {
  const { code, out, err } = await spawnOps(args, options).ended;
  if (code !== 0) throw new Error(`ops ${args.join(' ')} ended with ${code}: ${err}${out}`);
  return out;
}
