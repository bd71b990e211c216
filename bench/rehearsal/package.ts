import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Steps } from './steps.js';

const LIMIT_SECONDS = 60;

/** The build script is plain JavaScript because the Serverless plugin uses it, too. */
interface Build {
  addNativePackages(names: string[], folder: string): Promise<void>;
}

// Fetched once with what this machine has for the registry; packaging itself needs neither a network nor credentials.
const build = (await import(pathToFileURL('infra/build/native-packages.mjs').href)) as Build;
await build.addNativePackages(['sharp'], 'dist/lambda');

/** Runs `serverless package` for each stage without credentials in the environment, and times and judges each run. */
const steps = new Steps();
for (const stage of ['dev', 'staging', 'prod']) {
  const folder = await mkdtemp(join(tmpdir(), `commerce-${stage}-`));
  const env = { PATH: process.env['PATH'], HOME: folder, SLS_TELEMETRY_DISABLED: '1' };
  const args = ['node_modules/serverless/bin/serverless.js', 'package', '--stage', stage, '--package', folder];
  try {
    await steps.run(
      `package --stage ${stage}`,
      () => promisify(execFile)(process.execPath, args, { env }),
      LIMIT_SECONDS,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
if (steps.failed) process.exitCode = 1;
console.log(steps.table());
console.log(steps.summary());
