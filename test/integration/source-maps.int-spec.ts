import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readJson } from '../support/json.js';

const { scripts } = readJson('package.json') as { scripts: Record<string, string> };
const THROW = "import('./dist/libs/kernel/src/index.js').then(({ errorCode }) => errorCode('no such code'))";

describe('stack traces', () => {
  it.each(['start', 'ops'])('of npm run %s name our TypeScript', async (script) => {
    const flags = /node (.*) dist\//.exec(scripts[script] ?? '')?.[1]?.split(' ') ?? [];
    const running = promisify(execFile)(process.execPath, [...flags, '--eval', THROW]);
    await expect(running).rejects.toThrow(/ at errorCode \(\S*\/libs\/kernel\/src\/error-codes\.ts:\d+:\d+\)/);
  });
});
