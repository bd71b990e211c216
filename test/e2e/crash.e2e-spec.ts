import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realDatabaseUrl } from '../support/real-servers.js';
import { ADMIN, Client, eventually, unique } from './support/client.js';
import { withDatabase } from '../support/databases.js';
import { PlatformProcess } from './support/process.js';

const real = realDatabaseUrl();
const databases = [['embedded', undefined], ...(real ? [['MySQL', withDatabase(real, unique('crash_'))]] : [])] as [
  string,
  string | undefined,
][];

describe.each(databases)('a crash between the commit of an order and its publication, %s', (_name, databaseUrl) => {
  let dataDir: string;
  let blackHole: Server;
  let running: PlatformProcess | undefined;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'crash-'));
    // Accepts connections and never answers, so that the relay's publication hangs.
    blackHole = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(blackHole, 'listening');
  });

  afterAll(async () => {
    await running?.end('SIGKILL');
    blackHole.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('the e-mail arrives after the restart, once', async () => {
    const { port } = blackHole.address() as { port: number };
    const options = { dataDir, databaseUrl, adminEmail: ADMIN.email, adminPassword: ADMIN.password };
    running = await PlatformProcess.start({
      ...options,
      overrides: { orders: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } },
    });
    const before = new Client(running.url);
    const customer = await before.customer();
    const placed = await before.order(customer.token, [[await before.product(), 1]]);
    expect(placed.status).toBe(201);
    await running.end('SIGKILL');

    running = await PlatformProcess.start(options);
    const after = new Client(running.url);
    const confirmations = async () => (await after.mailTo(customer.email)).filter(({ text }) => text.includes('29.99'));
    await eventually(confirmations, ({ length }) => length === 1, 30_000);

    // The same relay would send a second copy before this later order's e-mail.
    const later = await after.order(await after.logIn(customer), [[await after.product({ price: '7.77' }), 1]]);
    await eventually(
      () => after.mailTo(customer.email),
      (mails) => mails.some(({ text }) => text.includes('7.77')) && later.status === 201,
    );
    expect(await confirmations()).toHaveLength(1);
    expect(await running.end('SIGTERM')).toBe(0);
  }, 120_000);
});
