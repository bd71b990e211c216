import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { passedOn } from '../support/process.js';
import { stripeAt } from '../support/stripe.js';
import { type Answer, Client, eventually } from './support/client.js';

const run = promisify(execFile);

interface Ended {
  code: number | null;
  output: string;
}

const children = new Set<ChildProcess>();

/** Runs the command of `npm start` after the build. */
function start(environment: Record<string, string>, args: string[] = []) {
  const child = spawn(process.execPath, ['dist/apps/local/src/main.js', ...args], {
    env: { ...passedOn(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, output }));
  const banner = async (): Promise<string> => {
    while (!output.includes('Stop it with Ctrl-C')) {
      await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error(output)))]);
    }
    return output;
  };
  return { child, ended, banner };
}

describe('npm start', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'start-'));
  });
  afterEach(() => {
    // A process left by a failed test would keep Jest from ending.
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  it('prints working addresses and demo logins, and ends with 0 on Ctrl-C', async () => {
    const { child, ended, banner } = start({ PORT: '0', DATA_DIR: folder });
    const text = await banner();
    const client = new Client(/http:\/\/\S+/.exec(text)?.[0] ?? '');
    const logins = [...text.matchAll(/(\S+@\S+)\s+"([^"]+)"/g)].map(([, email = '', password = '']) => ({
      email,
      password,
    }));
    expect(logins).toHaveLength(3);
    for (const login of logins) await client.logIn(login);
    expect((await client.call('GET', '/products')).body.total).toBe(10);
    const { body: place } = await client.call('GET', '/dev/stripe');
    const local = { secret_key: 'sk_test_local', webhook_secret: expect.stringMatching(/^whsec_\w{32}$/) };
    expect(place).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/), ...local });
    const intent = stripeAt(place.url, place.secret_key).paymentIntents.create({ amount: 100, currency: 'usd' });
    expect(await intent).toMatchObject({ status: 'requires_payment_method' });
    const everything = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(everything).toEqual(expect.arrayContaining(['users.db', 'users.db-wal', 'mailbox.ndjson', 'secrets.json']));
    const open = ['', ...everything].filter((name) => (statSync(join(folder, name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    const { email } = await client.customer();
    const [mail] = await eventually(
      () => client.mailTo(email),
      ({ length }) => length > 0,
    );
    const [token = ''] = /verify-email\.[\w-]+/.exec(mail?.text ?? '') ?? [];
    expect(token).not.toBe('');
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    const logs = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('-wal'));
    expect(logs.map((name) => statSync(join(folder, name)).size).filter((size) => size > 0)).toEqual([]);
    // A token may be in the sent e-mail, but not in any deleted message or row.
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const holding = files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(token));
    expect(holding.map(({ name }) => name)).toEqual(['mailbox.ndjson']);
  }, 60_000);

  it('accepts the settings of the services, and names an invalid one', async () => {
    const settings = { CURRENCY: 'EUR', CORS_ORIGINS: 'https://shop.example', LIMIT_PER_ADDRESS: '77' };
    const { child, ended, banner } = start({ PORT: '0', DATA_DIR: folder, ...settings });
    const client = new Client(/http:\/\/\S+/.exec(await banner())?.[0] ?? '');
    const { body } = await client.call('GET', '/products/1');
    expect(body.currency).toBe('EUR');
    for (const path of ['/products', '/orders', '/users', '/nothing']) {
      const { headers } = await client.call('GET', path, { headers: { origin: 'https://shop.example' } });
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, 'https://shop.example']);
    }
    expect((await client.call('POST', '/auth/logout', { body: {} })).headers.get('ratelimit-limit')).toBe('77');
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    const wrong = await start({ PORT: '0', DATA_DIR: folder, CORS_ORIGINS: 'https://shop.example/' }).ended;
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain('CORS_ORIGINS must be comma-separated origins without a path');
  }, 60_000);

  it.each(['users', 'products', 'orders', 'notifier'])(
    'starts %s alone, with the demo logins that its callers need',
    async (service) => {
      const { child, ended, banner } = start({ PORT: '0', DATA_DIR: folder }, [service]);
      const client = new Client(/http:\/\/\S+/.exec(await banner())?.[0] ?? '');
      if (service !== 'orders') expect((await client.call('GET', '/orders/1')).status).toBe(404);
      // As the login bar of /docs.
      const logins = (await client.call('GET', '/dev/logins')).body as { email: string; password: string }[];
      const [, staff = '', customer = ''] = await Promise.all(logins.map((login) => client.logIn(login)));
      expect((await client.call('GET', '/health/ready')).status).toBe(200);
      const user = (await client.call('GET', '/users/3', { token: customer })).body;
      expect(user).toMatchObject({ email: 'customer@example.com' });
      const sku = { sku: 'ALONE-1', name: 'Made alone', price: '1.00' };
      const product = await client.call('POST', '/products', { token: staff, body: sku });
      const order = await client.order(customer, [[{ product_id: 1 }, 1]]);
      const code = (answer: Answer) => `${answer.status} ${answer.body.code ?? ''}`.trim();
      expect([code(product), code(order)]).toEqual([
        service === 'products' ? '201' : '404 not-found',
        service === 'orders' ? '503 inventory-unavailable' : '404 not-found',
      ]);
      if (service === 'orders')
        expect(order.body.detail).toMatch(/^Stock cannot be reserved at the moment\. .*try again/);
      if (service === 'products') expect((await client.call('GET', '/products')).body.total).toBe(11);
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
    },
    90_000,
  );

  it('completes the demo data that a single service began', async () => {
    for (const args of [['orders'], ['products'], []]) {
      const { child, ended, banner } = start({ PORT: '0', DATA_DIR: folder }, args);
      const client = new Client(/http:\/\/\S+/.exec(await banner())?.[0] ?? '');
      if (args.length === 0) {
        const token = await client.logIn({ email: 'admin@example.com', password: 'demo admin pass phrase' });
        const totals = ['users', 'products', 'orders'].map(async (list) => {
          const { body } = await client.call('GET', `/${list}`, { token });
          return body.total as number;
        });
        expect(await Promise.all(totals)).toEqual([4, 10, 4]);
      }
      child.kill('SIGINT');
      expect((await ended).code).toBe(0);
    }
  }, 120_000);

  it('refuses a data folder in use by another platform, but not after that was killed', async () => {
    const first = start({ PORT: '0', DATA_DIR: folder });
    const url = /http:\/\/\S+/.exec(await first.banner())?.[0] ?? '';
    for (const args of [[], ['products']]) {
      const second = await start({ PORT: '0', DATA_DIR: folder }, args).ended;
      expect(second.code).toBe(1);
      expect(second.output).toContain(`Another platform, at ${url}, uses the data folder ${folder}: stop it`);
    }
    expect((await new Client(url).call('GET', '/products')).status).toBe(200);
    first.child.kill('SIGKILL');
    await first.ended;
    const next = start({ PORT: '0', DATA_DIR: folder });
    await next.banner();
    next.child.kill('SIGTERM');
    expect((await next.ended).code).toBe(0);
  }, 120_000);

  it('reports each damaged file in a sentence', async () => {
    const names = [
      'secrets.json',
      'jwt-keys.json',
      'orders.db',
      'users.db',
      join('queues', 'fauxqs.db'),
      join('stripe', 'stripe.db'),
    ];
    const program = 'dist/test/support/damaged-files-process.js';
    const { stdout } = await run(process.execPath, [program, folder, ...names]);
    const said = stdout.trimEnd().split('\n');
    const withoutUsers = said.pop();
    expect(said).toHaveLength(2 * names.length);
    for (const line of said) expect(line).toMatch(/(is damaged|cannot be read): bring back a copy/);
    expect(withoutUsers).toMatch(/users\.db is missing, .*: bring back a copy of it, or move the whole folder/);
  }, 60_000);

  it('reports a damaged file, and a line cut by a full disk, in a sentence', async () => {
    const secrets = join(folder, 'secrets.json');
    writeFileSync(secrets, '{"keys":[');
    const { code, output } = await start({ PORT: '0', DATA_DIR: folder }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/(is damaged|cannot be read): bring back a copy/);
    expect(output).not.toMatch(/^\s+at /m);
    rmSync(secrets);
    writeFileSync(join(folder, 'mailbox.ndjson'), '{"id":"half');
    const again = start({ PORT: '0', DATA_DIR: folder });
    const text = await again.banner();
    expect(text).toContain('A line of');
    expect((await new Client(/http:\/\/\S+/.exec(text)?.[0] ?? '').call('GET', '/dev/emails')).status).toBe(200);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
  }, 120_000);

  it('does not serve a network with public demo logins', async () => {
    const first = start({ PORT: '0', DATA_DIR: folder });
    await first.banner();
    first.child.kill('SIGINT');
    await first.ended;
    const { code, output } = await start({ PORT: '0', DATA_DIR: folder, HOST: '0.0.0.0' }).ended;
    expect(code).toBe(1);
    expect(output).toMatch(/^The data folder has the demo login admin@example.com, .* set DATA_DIR to another folder/m);
    expect(output).not.toMatch(/^\s+at /m);
  }, 90_000);

  it('serves a network with the limits of a stage, and explains how to create the first administrator', async () => {
    const admin = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'the first administrator' };
    const hinted: boolean[] = [];
    for (const known of [{}, admin, {}]) {
      const { child, ended, banner } = start({ PORT: '0', DATA_DIR: folder, HOST: '0.0.0.0', ...known });
      const text = await banner();
      const client = new Client(/http:\/\/\S+/.exec(text)?.[0] ?? '');
      expect((await client.call('POST', '/auth/logout', { body: {} })).headers.get('ratelimit-limit')).toBe('1200');
      child.kill('SIGTERM');
      expect((await ended).code).toBe(0);
      hinted.push(text.includes('npm run -s ops -- users create-admin --email'));
    }
    expect(hinted).toEqual([true, false, false]);
  }, 90_000);

  it.each([
    ['a taken port', 'is taken', async () => ({ PORT: String(await takenPort()), DATA_DIR: folder })],
    ['a data folder that is a file', 'The data folder cannot be used', () => ({ PORT: '0', DATA_DIR: fileIn(folder) })],
    ['a port that is no number', 'PORT must be a whole number', () => ({ PORT: 'http', DATA_DIR: folder })],
    [
      'a database that does not answer',
      'database',
      () => ({ PORT: '0', DATA_DIR: folder, DATABASE_URL: 'mysql://root@127.0.0.1:9' }),
    ],
  ])(
    'tells in a sentence of %s',
    async (_name, sentence, environment) => {
      const { code, output } = await start(await environment()).ended;
      expect(code).toBe(1);
      expect(output).toContain(sentence);
      expect(output).not.toMatch(/^\s+at /m);
    },
    60_000,
  );

  it('reports a Node that is too old in a sentence', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.19.0'}})`;
    const { code, output } = await start({ DATA_DIR: folder, NODE_OPTIONS: `--import=${older}` }).ended;
    expect([code, output.trim()]).toEqual([1, 'Node 20.19.0 is too old: this platform needs Node 24 or newer.']);
  });

  it('reports an unknown service in a sentence', async () => {
    const { code, output } = await start({ DATA_DIR: folder }, ['parcels']).ended;
    expect([code, output.trim()]).toEqual([
      1,
      'There is no service parcels: choose from users, products, orders, notifier, payments.',
    ]);
  });
});

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

function fileIn(folder: string): string {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  return file;
}
