import { execFile } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { environmentOf } from '../support/ops.js';
import { HttpFileRunner, parseHttpFile } from '../support/http-file.js';
import { eventually } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

const run = promisify(execFile);

/** The commands for readers: shell blocks that are not marked `slow`. */
function blocksOf(file: string): [string, string][] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```sh(.*)\n([^]*?)^```/gm)];
  return blocks
    .filter(([, info]) => !info?.includes('slow'))
    .map(([, , block = '']) => [`${file}: ${block.split('\n')[0]}`, block]);
}

const READMES = globSync('{,apps/*/,bench/*/,clients/*/,docs/*/}README.md');

/** Makes curl fail if the platform refuses, and skips npm's build. */
const SHELL = `set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
npm() { case "$*" in "run -s ops -- "*) shift 4; node dist/apps/ops/src/main.js "$@";; *) command npm "$@";; esac; }
`;

describe('documented commands', () => {
  // Without our own administrator, so that the platform creates the demo logins and data.
  const running = startedPlatform({ adminEmail: undefined, adminPassword: undefined });

  describe.each(readdirSync('docs/http').filter((name) => name.endsWith('.http')))('docs/http/%s', (name) => {
    const file = parseHttpFile(readFileSync(`docs/http/${name}`, 'utf8'));
    let runner: HttpFileRunner;
    beforeAll(() => {
      runner = new HttpFileRunner(file, running().client.base);
    });

    it.each(file.steps)('$title', async (step) => {
      const { method, url, ...answer } = await runner.send(step);
      const { status, text } = answer;
      const { client } = running();
      await client.hold(method, url.slice(client.base.length), answer);
      const fine = step.expected === undefined ? status >= 200 && status < 300 : status === step.expected;
      expect([fine, status, fine || text]).toEqual([true, status, true]);
    });
  });

  it.each([...READMES, 'docs/operating.md'].flatMap(blocksOf))(
    '%s',
    async (_, block) => {
      const { client, dataDir } = running();
      const { base } = client;
      const here = (SHELL + block).replaceAll('http://127.0.0.1:3000', base);
      await expect(
        run('bash', ['-c', here], {
          env: { ...process.env, ...environmentOf({ dataDir }), BASE: base },
          timeout: 60_000,
        }),
      ).resolves.toBeDefined();
    },
    70_000,
  );

  it('the typed client, built as npm packs it, lists products under its own name', async () => {
    const cwd = 'clients/typescript';
    await run('npm', ['run', 'prepack'], { cwd });
    const script = `import { CommerceClient } from '@commerce/client';
      const shop = new CommerceClient({ baseUrl: '${running().client.base}' });
      console.log(typeof (await shop.items('/products').next()).value.product_id);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd });
    expect(stdout).toBe('number\n');
  }, 60_000);

  it('the typed client reaches its first order and pays it, and the e-mail follows', async () => {
    const env = { ...process.env, BASE: running().client.base };
    const { stdout } = await run(process.execPath, ['clients/typescript/examples/first-order.ts'], { env });
    expect(stdout).toMatch(/^Standard shipping 0\.00\nIllinois sales tax 3\.75\norder \d+ is pending: 63\.73 USD$/m);
    expect(stdout).toMatch(/^refused: insufficient-stock$/m);
    expect(stdout).toMatch(/^the order is paid: 63\.73 USD$/m);
    const [order] = /(?<=^order )\d+/m.exec(stdout) ?? [];
    const subjects = () =>
      running()
        .client.mailTo('ann-')
        .then((emails) => emails.map(({ subject }) => subject));
    await eventually(subjects, (all) => all.some((subject) => subject === `Order ${order} paid: thank you`));
  });

  it('the typed client buys as a guest and follows the order by its token', async () => {
    const env = { ...process.env, BASE: running().client.base };
    const { stdout } = await run(process.execPath, ['clients/typescript/examples/guest-order.ts'], { env });
    expect(stdout).toMatch(
      /^2 × Wireless Mouse 59\.98\nitems 59\.98, Express shipping 9\.90\nIllinois sales tax 3\.75\nto pay 73\.63 USD$/m,
    );
    expect(stdout).toMatch(/^order (\d+) is pending: 73\.63 USD\norder \1 is paid: 73\.63 of 73\.63 USD paid$/m);
  });
});
