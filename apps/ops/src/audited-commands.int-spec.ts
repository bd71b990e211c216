import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AuditLog, pseudonym } from '@app/audit';
import { Database } from '@app/database';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { Redis } from 'ioredis';
import { CommandFactory, type CommandRunner } from 'nest-commander';
import type { ServiceName } from '../../manifests.js';
import type { RealServer } from '../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';
import { newSigningKey } from '../../../test/support/signing-key.js';
import { ExpireCartCommand, ListCartsCommand, ShowCartCommand } from './carts/carts.commands.js';
import { ClearCacheCommand } from './cache/cache.commands.js';
import { Output } from './context/output.js';
import { Place } from './context/place.js';
import { runWith } from './context/run-with.js';
import { ServiceOperationsModule } from './context/service-operations.module.js';
import { AuditInventoryCommand } from './inventory/inventory.commands.js';
import { RotateKeysCommand } from './keys/rotate-keys.command.js';
import { MigrateDownCommand, MigrateUpCommand } from './migrate/migrate.commands.js';
import { groupsFor } from './groups.js';
import { OpsAppModule } from './ops-app.module.js';
import { ListMediaCommand, SweepMediaCommand } from './media/media.commands.js';
import { ParkOutboxCommand, RetryOutboxCommand } from './outbox/outbox.commands.js';
import { ListReturnsCommand, ShowReturnCommand } from './returns/returns.commands.js';
import { ListShipmentsCommand, ShowShipmentCommand } from './shipments/shipments.commands.js';
import { AddSuppressionCommand, RemoveSuppressionCommand } from './suppressions/suppressions.commands.js';
import { ImportTaxCommand } from './tax/tax.commands.js';
import { CreateAdminCommand } from './users/create-admin.command.js';

const ADMIN = 'boss@example.com';
const CART = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const PASSWORD = 'a long enough pass phrase';
const migration = expect.stringMatching(/^[A-Z]\w+\d{14}$/) as string;

interface Row {
  command: Type<CommandRunner>;
  args?: string[];
  options?: object;
  service: ServiceName;
  action: string;
  target?: string;
  before: unknown;
  after: unknown;
}

/** Run one after the other on the data of a stopped platform. */
const ROWS: Row[] = [
  {
    ...{ command: MigrateUpCommand, args: [], service: 'users', action: 'migrate.up', target: 'users' },
    ...{ before: { last: null }, after: { last: migration, ran: expect.arrayContaining([migration]) as string[] } },
  },
  {
    ...{ command: CreateAdminCommand, options: { email: ADMIN, fullName: 'Boss' } },
    ...{ service: 'users', action: 'users.create-admin', target: '1' },
    ...{ before: null, after: { user_id: 1, role: 'admin', email: pseudonym(ADMIN) } },
  },
  {
    ...{ command: RotateKeysCommand, options: {}, service: 'users', action: 'keys.rotate', target: 'signing keys' },
    before: { kids: ['first'] },
    after: { kids: ['first', expect.any(String) as string], signs_from: expect.stringMatching(/Z$/) as string },
  },
  {
    ...{ command: ParkOutboxCommand, args: ['users', '1'], service: 'users', action: 'outbox.park', target: 'users/1' },
    ...{ before: { state: 'waiting', attempts: 0 }, after: { state: 'parked', attempts: 0 } },
  },
  {
    ...{ command: RetryOutboxCommand, args: ['users'], options: { parked: true }, service: 'users' },
    ...{ action: 'outbox.retry', target: 'users/1' },
    ...{ before: { state: 'parked', attempts: 0 }, after: { state: 'waiting', attempts: 0 } },
  },
  {
    ...{ command: AddSuppressionCommand, args: [ADMIN], service: 'notifier', action: 'suppressions.add' },
    ...{ before: null, after: { reason: 'operator' } },
  },
  {
    ...{ command: RemoveSuppressionCommand, args: [ADMIN], service: 'notifier', action: 'suppressions.remove' },
    ...{ before: { reason: 'operator' }, after: null },
  },
  {
    ...{ command: ImportTaxCommand, args: ['docs/tax-rates/us-sales-tax.csv'], options: {}, service: 'orders' },
    ...{ action: 'tax.import', target: 'us-sales-tax.csv', before: null },
    after: { inserted: 51, updated: 0, removed: 0, unchanged: 0 },
  },
  {
    ...{ command: MigrateDownCommand, args: ['users'], options: { yes: true }, service: 'users' },
    ...{ action: 'migrate.down', target: 'users' },
    ...{ before: { last: migration }, after: { last: migration } },
  },
];

describe("operators' commands", () => {
  let app: INestApplicationContext;
  let dataDir: string;
  let redis: RealServer | undefined;
  const env = { ...process.env };

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr]) jest.spyOn(stream, 'write').mockReturnValue(true);
    jest.spyOn(console, 'error').mockReturnValue();
    dataDir = await mkdtemp(join(tmpdir(), 'commerce-ops-'));
    await writeFile(join(dataDir, 'jwt-keys.json'), JSON.stringify({ keys: [newSigningKey('first')] }));
    await writeFile(join(dataDir, 'secrets.json'), JSON.stringify({ fingerprintKey: 'k'.repeat(48) }));
    redis = hasRedis() ? await startRedis() : undefined;
    process.env = { ...env, DATA_DIR: dataDir, ADMIN_PASSWORD: PASSWORD, REDIS_URL: redis?.url };
    delete process.env['DATABASE_URL'];
    if (!redis) delete process.env['REDIS_URL'];
    app = await CommandFactory.createWithoutRunning(
      OpsAppModule.at(undefined, new Output({ json: false, output: undefined }), await groupsFor(undefined)),
      { logger: false },
    );
  });
  afterAll(async () => {
    process.env = env;
    await app.close();
    await redis?.stop();
    await rm(dataDir, { recursive: true });
  });

  async function on<T>(service: ServiceName, work: (service: INestApplicationContext) => Promise<T>): Promise<T> {
    const access = await app.get(Place).databaseToMigrate(service);
    return runWith(ServiceOperationsModule.forService(service, access), work);
  }

  /** Runs a command and returns its audit row. */
  async function audited({ command, args = [], options = {}, service }: Omit<Row, 'action' | 'before' | 'after'>) {
    await app.get(command).run(args, options);
    return on(service, async (operations) => (await operations.get(AuditLog).list(1))[0]);
  }

  it.each(ROWS)('$action records who, what, when, before and after', async ({ target, before, after, ...row }) => {
    const began = Date.now();
    const operator = `${userInfo().username}@${hostname()}`;
    const entry = await audited(row);
    expect(entry).toMatchObject({ operator, action: row.action, before, after });
    expect(Object.keys(entry?.before ?? {})).toEqual(Object.keys(before ?? {}));
    if (target !== undefined) expect(entry?.target).toBe(target);
    expect(entry?.at.getTime()).toBeGreaterThanOrEqual(Math.floor(began / 1_000) * 1_000);
    expect(JSON.stringify(entry)).not.toMatch(/boss@|pass phrase|"d":/);
  });

  (hasRedis() ? it : it.skip)('cache.clear says how many keys went', async () => {
    const client = new Redis(redis?.url ?? '');
    await client.mset('catalog:{product:1}:answer', 'x', 'catalog:{product:2}:answer', 'y');
    await client.quit();
    const row = await audited({ command: ClearCacheCommand, service: 'products' });
    expect(row).toMatchObject({ action: 'cache.clear', before: { keys: 2 }, after: { keys: 0 } });
  });

  it('carts.expire ends a cart, and no command shows the token or the person of one', async () => {
    await on('orders', (service) =>
      service.get(Database).execute(
        `INSERT INTO carts (cart_id, status, token_hash, email, expires_at, created_at, updated_at, version)
         VALUES (?, 'open', 'canary', ?, ?, ?, ?, 7)`,
        [CART, ADMIN, ...Array<Date>(3).fill(new Date())],
      ),
    );
    const written = jest.mocked(process.stdout.write);
    written.mockClear();
    await app.get(ListCartsCommand).run([], { status: 'open' });
    await app.get(ShowCartCommand).run([CART]);
    const row = await audited({ command: ExpireCartCommand, args: [CART], service: 'orders' });
    expect(row).toMatchObject({ action: 'carts.expire', target: CART, operator: expect.any(String) as string });
    expect([row?.before, row?.after]).toEqual([
      { status: 'open', version: 7 },
      { status: 'expired', version: 8 },
    ]);
    await app.get(ShowCartCommand).run([CART]);
    const shown = written.mock.calls.map(([text]) => String(text)).join('');
    expect(shown.match(new RegExp(CART, 'g'))).toHaveLength(3);
    expect(shown).toMatch(/"status": "open"[^]*"status": "expired"/);
    expect(shown).not.toMatch(/canary|boss@/);
    const [left] = await on('orders', (service) => service.get(Database).query('SELECT email FROM carts'));
    expect(left).toMatchObject({ email: null });
    const again = app.get(ExpireCartCommand).run([CART]);
    await expect(again).rejects.toThrow(`Cart ${CART} is expired: only an open one expires.`);
    await expect(app.get(ShowCartCommand).run(['7'])).rejects.toThrow('Give the id of a cart');
  });

  it('inventory.audit lists products whose stock is not what their movements say, and fails then', async () => {
    const now = new Date();
    const onProducts = (sql: string, ...params: unknown[]) =>
      on('products', (service) => service.get(Database).execute(sql, params));
    await onProducts(
      `INSERT INTO products (sku, name, price, status, name_key, search_words, created_at, updated_at, version)
       VALUES ('M-1', 'Mouse', 100, 'active', 'mouse', '', ?, ?, 1)`,
      ...[now, now],
    );
    await onProducts(
      `INSERT INTO inventory (product_id, stock_quantity, reserved_quantity, low_stock_threshold, sellable, updated_at, version)
       VALUES (1, 5, 0, 0, TRUE, ?, 1)`,
      now,
    );
    const written = jest.mocked(process.stdout.write);
    written.mockClear();
    const asked = app.get(AuditInventoryCommand).run();
    await expect(asked).rejects.toMatchObject({ name: 'DoneInPart', message: expect.stringContaining('1 of 1') });
    expect(written.mock.calls.map(([text]) => String(text)).join('')).toMatch(/stock_rebuilt[^]*^1 +5 +0 +0 +0 +0$/m);
    await onProducts(
      "INSERT INTO inventory_movements (product_id, stock_delta, reserved_delta, reason, moved_at) VALUES (1, 5, 0, 'x', ?)",
      now,
    );
    await app.get(AuditInventoryCommand).run();
  });

  it('media.sweep records what it did, and media list shows why pictures fail', async () => {
    await writeFile(
      join(dataDir, 'platform.json'),
      JSON.stringify({ aws_endpoint: 'http://127.0.0.1:9', currency: 'USD', media_bucket: 'no-bucket' }),
    );
    const now = new Date();
    await on('products', (service) =>
      service.get(Database).execute(
        `INSERT INTO product_images (product_id, status, position, alt, content_type, bytes, upload_key, etag, attempts, due_at, completed_at, created_at, updated_at)
         VALUES (1, 'processing', 1, 'canary', 'image/png', 9, 'uploads/1-canary', '"x"', 0, ?, ?, ?, ?)`,
        [now, now, now, now],
      ),
    );
    const swept = app.get(SweepMediaCommand).run();
    await expect(swept).rejects.toMatchObject({ name: 'DoneInPart', message: expect.stringContaining('1 pictures') });
    const row = await on('products', async (service) => (await service.get(AuditLog).list(1))[0]);
    expect(row).toMatchObject({ action: 'media.sweep', before: { failed: 0 } });
    expect(row?.after).toEqual({ images: 1, files: 0, failed: 1 });
    const written = jest.mocked(process.stdout.write);
    written.mockClear();
    await app.get(ListMediaCommand).run([], { failed: true });
    const shown = written.mock.calls.map(([text]) => String(text)).join('');
    expect(shown).toMatch(/^id +product +status .*\n1 +1 +processing .*does not answer/);
    expect(shown).not.toContain('canary');
    await rm(join(dataDir, 'platform.json'));
  });

  it('shipments and returns are listed and shown, by order and status', async () => {
    const now = new Date();
    const pieces = JSON.stringify([{ order_item_id: 1, quantity: 2 }]);
    await on('orders', async (service) => {
      const database = service.get(Database);
      await database.execute(
        `INSERT INTO orders (order_ref, user_id, customer_email, status, order_total, currency, created_at, updated_at, version)
         VALUES ('5b', 1, ?, 'paid', 500, 'USD', ?, ?, 1)`,
        [ADMIN, now, now],
      );
      await database.execute(
        `INSERT INTO shipments (shipment_ref, order_id, status, items, parcels, created_at, updated_at, version)
         VALUES ('5c', 1, 'prepared', ?, '[]', ?, ?, 1)`,
        [pieces, now, now],
      );
      await database.execute(
        `INSERT INTO order_returns (return_ref, order_id, status, items, created_at, updated_at, version)
         VALUES ('5d', 1, 'requested', ?, ?, ?, 1)`,
        [pieces.replace('}', ',"reason":"canary"}'), now, now],
      );
    });
    const written = jest.mocked(process.stdout.write);
    written.mockClear();
    await app.get(ListShipmentsCommand).run([], { status: 'prepared', orderId: 1 });
    await app.get(ListReturnsCommand).run([], { status: 'requested', orderId: 1 });
    await app.get(ShowShipmentCommand).run(['1']);
    await app.get(ShowReturnCommand).run(['1']);
    const [shipments, returns, shipment, asked] = written.mock.calls.map(([text]) => String(text));
    expect(shipments).toMatch(/^shipment_id +order_id +status +pieces +parcels .*\n1 +1 +prepared +2 +0 /);
    expect(returns).toMatch(/^return_id +order_id +status +pieces +arrived .*\n1 +1 +requested +2 +- /);
    expect(JSON.parse(shipment ?? '')).toMatchObject({
      shipment_ref: '5c',
      lines: [{ order_item_id: 1, quantity: 2 }],
    });
    expect(JSON.parse(asked ?? '')).toMatchObject({ return_ref: '5d', lines: [{ quantity: 2 }], received: null });
    expect([shipment, asked].join('')).not.toContain('canary');
    await expect(app.get(ShowReturnCommand).run(['no'])).rejects.toThrow('Give an id, a whole number');
  });

  it('does not create an administrator whose audit row cannot be written', async () => {
    await app.get(MigrateUpCommand).run(['users']);
    jest.spyOn(AuditLog.prototype, 'record').mockRejectedValueOnce(new Error('The disk is full.'));
    const input = { email: 'other@example.com', fullName: 'Other' };
    await expect(app.get(CreateAdminCommand).run([], input)).rejects.toThrow('The disk is full.');
    const users = () =>
      on('users', (service) => service.get(Database).query<{ n: unknown }>('SELECT COUNT(*) AS n FROM users'));
    expect(Number((await users())[0]?.n)).toBe(1);
  });
});
