import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../../apps/local/src/embedded/ports.js';
import { type ComposeService, readCompose, startedWith } from '../support/compose.js';
import { passedOn } from '../support/process.js';
import { realDatabaseUrl, realRedisUrl } from '../support/real-servers.js';
import { stripeAt } from '../support/stripe.js';
import { Client, eventually, unique } from './support/client.js';

const { services } = readCompose();
/** In the order of their dependencies. */
const ours = startedWith(services, 'gateway')
  .filter((name) => services[name]?.build)
  .sort((a, b) => startedWith(services, a).length - startedWith(services, b).length);
const databaseUrl = realDatabaseUrl();
const redisUrl = realRedisUrl();

/** Actual ports by a container's internal port. */
type Ports = Map<string, number>;

/** Runs the containers of docker/compose.yml as local processes: same commands and environment, other addresses. */
(databaseUrl && redisUrl ? describe : describe.skip)('the containers of docker/compose.yml', () => {
  const ports: Ports = new Map();
  const children: ChildProcess[] = [];
  const dataDir = mkdtempSync(join(tmpdir(), 'containers-'));
  const prefix = unique('c_');
  let client: Client;

  beforeAll(async () => {
    const inside = ours.flatMap((name) => portsOf(services[name] ?? {}).map((port) => `${name}:${port}`));
    const free = await freePorts(inside.length);
    inside.forEach((place, index) => ports.set(place, free[index] ?? 0));
    for (const name of ours) {
      children.push(start(name));
      await eventually(() => answers(`http://127.0.0.1:${ports.get(`${name}:3000`)}/health/ready`), Boolean, 60_000);
    }
    client = new Client(`http://127.0.0.1:${ports.get('gateway:3000')}`);
  }, 240_000);

  afterAll(async () => {
    const gone = children.map(async (child) =>
      child.exitCode === null ? ((await once(child, 'exit')) as number[])[0] : child.exitCode,
    );
    for (const child of children) child.kill('SIGTERM');
    expect(await Promise.all(gone)).toEqual(children.map(() => 0));
    rmSync(dataDir, { recursive: true });
  }, 60_000);

  function start(name: string): ChildProcess {
    const { environment = {}, command, build } = services[name] ?? {};
    const variables = Object.entries(environment).map(([variable, value]) => [
      variable,
      onThisMachine(name, variable, value),
    ]);
    const args = command?.slice(1) ?? [`dist/apps/${build?.args.APP}/src/main.js`];
    const env = { ...passedOn(), ...Object.fromEntries(variables), LOG_LEVEL: 'error' };
    return spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  }

  function onThisMachine(name: string, variable: string, value: string): string {
    if (/HOST$/.test(variable)) return '127.0.0.1';
    const owner = variable === 'STRIPE_PORT' ? 'emulator' : name;
    if (/PORT$/.test(variable)) return String(ports.get(`${owner}:${value}`));
    return value
      .replace(/\$\{\w+:-(.*)\}/, '$1')
      .replace(/^mysql:\/\/root@mysql:3306\//, `${databaseUrl?.replace(/^(\w+:\/\/[^/]+).*$/, '$1')}/${prefix}`)
      .replace(/^redis:\/\/valkey:6379$/, redisUrl ?? '')
      .replace(/\/(data|keys)\b/, dataDir)
      .replace(/([a-z]+):(\d{4})\b/g, (place, host: string) => {
        const port = ports.get(place);
        return port === undefined ? place : `${host === '' ? '' : '127.0.0.1'}:${port}`;
      });
  }

  it('take an order through the gateway and send its e-mail', async () => {
    const { token, email } = await client.customer();
    const order = await client.order(token, [[{ product_id: 1 }, 2]]);
    expect([order.status, order.body.order_total]).toEqual([201, '59.98']);
    const mailbox = new Client(`http://127.0.0.1:${ports.get('emulator:3000')}`);
    const mails = await eventually(
      () => mailbox.mailTo(email),
      (all) => all.length >= 2,
    );
    const verification = mails.find(({ text }) => text.includes('verify-email.'));
    expect(verification?.text).toContain('http://127.0.0.1:3000/account#token=');
  });

  it('take a payment by the Stripe of the emulator, whose event finds the way back', async () => {
    const { token } = await client.customer();
    const { body: order } = await client.order(token, [[{ product_id: 1 }, 1]]);
    const { status, body } = await client.call('POST', `/orders/${order.order_id}/payments`, {
      token,
      body: { method: 'card' },
    });
    expect([status, body.provider_ref]).toEqual([201, expect.stringMatching(/^pi_/)]);
    const stripe = stripeAt(`http://127.0.0.1:${ports.get('emulator:12111')}`);
    await stripe.paymentIntents.confirm(body.provider_ref, { payment_method: 'pm_card_visa' });
    await eventually(
      () => client.call('GET', `/payments/${body.payment_id}`, { token }),
      (answer) => answer.body.status === 'captured',
    );
  });

  it('pass a compressed answer on through the gateway, with its tag', async () => {
    const ask = (coding: string) =>
      fetch(`${client.base}/products?page_size=100`, { headers: { 'accept-encoding': coding } });
    const [plain, coded] = [await ask('identity'), await ask('br')];
    expect([coded.status, coded.headers.get('content-encoding')]).toEqual([200, 'br']);
    expect(coded.headers.get('etag')).toBe(plain.headers.get('etag')?.replace(/"$/, '+br"'));
    expect(await coded.text()).toBe(await plain.text());
  });

  it('do the main job of npm run smoke', async () => {
    const [BASE, MAILBOX] = [client.base, `http://127.0.0.1:${ports.get('emulator:3000')}/dev/emails`];
    const { ADMIN_EMAIL = '', ADMIN_PASSWORD = '' } = services['users']?.environment ?? {};
    const env = { ...process.env, BASE, MAILBOX, ADMIN_EMAIL, ADMIN_PASSWORD };
    const { stdout } = await promisify(execFile)(process.execPath, ['test/smoke.mjs'], { env });
    expect(stdout).toMatch(/^\d+ passed, 0 failed$/m);
  }, 60_000);

  it('pass refusals on unchanged', async () => {
    const headers = { 'x-request-id': 'req-through-the-gateway' };
    const { status, body } = await client.call('GET', '/orders/1', { headers });
    expect([status, body.code, body.request_id]).toEqual([401, 'unauthenticated', 'req-through-the-gateway']);
  });

  it('show the documents of all services at the gateway', async () => {
    expect((await fetch(`${client.base}/docs`)).status).toBe(200);
    const { paths } = (await (await fetch(`${client.base}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/users', '/products', '/orders', '/health/ready']));
  });
});

/** The ports in a service's environment. */
function portsOf({ environment = {} }: ComposeService): string[] {
  const opened = Object.entries(environment).filter(([name]) => /(^|_)PORT$/.test(name));
  return opened.map(([, port]) => port);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
