import { randomUUID } from 'node:crypto';
import { loadConfig } from '@app/config';
import { Database } from '@app/database';
import type { Envelope } from '@app/events';
import type { Role } from '@app/kernel';
import { commandClient, Commands, CommandServer } from '@app/messaging';
import { createApp } from '@app/service';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { service as products } from '../../apps/products/src/products-app.module.js';
import { ProductsConfig } from '../../apps/products/src/products.config.js';
import { FauxqsProcess } from './fauxqs-process.js';
import { freePort } from './process.js';
import { QueueProbe } from './queue-probe.js';
import { type Answer, callInto, type CallOptions, type Method, TestIssuer } from './test-callers.js';

export interface SomeProduct {
  product_id: number;
  sku: string;
  version: number;
}

/** The path of a product. */
export const at = ({ product_id }: SomeProduct): string => `/products/${product_id}`;

interface Reserved {
  currency: string;
  items: { product_id: number; sku: string; name: string; price: string }[];
}

const logger = createLogger({ service: 'test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** Stands in for users and orders, with the commands that products sends, on the real transport. */
class ProductsNeighbours {
  /** The response of orders to `orders.settle`; a rejection means that orders is down. */
  settle: (orderRef: string) => Promise<'placed' | 'abandoned'> = async () => 'abandoned';
  readonly usersServer = new CommandServer({ host: '127.0.0.1', port: 0, logger });
  readonly ordersServer = new CommandServer({ host: '127.0.0.1', port: 0, logger });

  async start(jwks: object): Promise<void> {
    this.usersServer.addHandler('users.keys', async () => jwks);
    this.ordersServer.addHandler('orders.settle', async ({ order_ref }: { order_ref: string }) => ({
      outcome: await this.settle(order_ref),
    }));
    for (const server of [this.usersServer, this.ordersServer]) {
      await new Promise<void>((resolve) => server.listen(() => resolve()));
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.usersServer.close(), this.ordersServer.close()]);
  }
}

/** The whole products service, with its real transports and database. */
export class ProductsService {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly neighbours: ProductsNeighbours,
    readonly probe: QueueProbe,
    private readonly commands: Commands,
    private readonly fauxqs: FauxqsProcess,
    private readonly issuer: TestIssuer,
  ) {}

  static async start(databaseUrl: string, environment: Record<string, string> = {}): Promise<ProductsService> {
    const issuer = await TestIssuer.create();
    const neighbours = new ProductsNeighbours();
    await neighbours.start(issuer.jwks);
    const fauxqs = await FauxqsProcess.start();
    const { MEDIA_BUCKET: bucket } = environment;
    if (bucket !== undefined) await fetch(`${fauxqs.aws.endpoint}/${bucket}`, { method: 'PUT' });
    const probe = await QueueProbe.create('test', 'products', fauxqs.aws);
    const commandsPort = String(await freePort());
    const config = loadConfig(ProductsConfig, {
      STAGE: 'test',
      DATABASE_URL: databaseUrl,
      AWS_REGION: fauxqs.aws.region,
      AWS_ENDPOINT_URL: fauxqs.aws.endpoint,
      TOPIC_ARN: probe.topology.topicArn,
      QUEUE_URL: probe.url,
      COMMANDS_PORT: commandsPort,
      USERS_COMMANDS: neighbours.usersServer.address,
      ORDERS_COMMANDS: neighbours.ordersServer.address,
      FINGERPRINT_KEY: 'f'.repeat(32),
      SWEEP_INTERVAL: '0',
      ...environment,
    });
    const app = await createApp(products, config, logger);
    await app.getHttpAdapter().getInstance().ready();
    const commands = new Commands(commandClient(`tcp://127.0.0.1:${commandsPort}`, fauxqs.aws));
    return new ProductsService(app, neighbours, probe, commands, fauxqs, issuer);
  }

  async stop(): Promise<void> {
    await this.commands.close();
    await this.app.close();
    this.probe.close();
    await Promise.all([this.neighbours.stop(), this.fauxqs.stop()]);
  }

  /** Where the emulated AWS is. */
  get aws(): { region: string; endpoint: string } {
    return this.fauxqs.aws;
  }

  get database(): Database {
    return this.app.get(Database);
  }

  async call<T = Record<string, unknown>>(
    role: Role | undefined,
    method: Method,
    url: string,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    return callInto<T>(this.app, { method, url, ...options, token: role && (await this.token(role)) });
  }

  /** Calls as a member of staff. */
  staff<T = Record<string, unknown>>(
    method: Method,
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    return this.call<T>('staff', method, url, { ...(body && { body }), headers });
  }

  /** Reads as anybody. */
  read<T = Record<string, unknown>>(url: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.call<T>(undefined, 'GET', url, { headers });
  }

  /** Creates a product, by default with ten in stock. */
  async product(fields: object = {}): Promise<SomeProduct> {
    const body = {
      sku: `SKU-${randomUUID()}`,
      name: 'Wireless Mouse',
      price: '29.99',
      initial_stock: 10,
      ...fields,
    };
    const created = await this.call<SomeProduct>('staff', 'POST', '/products', { body });
    if (created.status !== 201) throw new Error(`creating answered ${created.status}: ${JSON.stringify(created.body)}`);
    return created.body;
  }

  /** Stock, reserved and available, in the response to staff. */
  async stock({ product_id }: SomeProduct): Promise<[number, number, number]> {
    const { body } = await this.call<Record<string, number>>('staff', 'GET', `/products/${product_id}/inventory`);
    return [Number(body['stock_quantity']), Number(body['reserved_quantity']), Number(body['available_quantity'])];
  }

  /** Reserves as the orders service does. */
  reserve(
    orderRef: string,
    lines: [product: SomeProduct, quantity: number, expectedPrice?: string][],
  ): Promise<Reserved> {
    const items = lines.map(([{ product_id }, quantity, expected_price]) => ({
      product_id,
      quantity,
      ...(expected_price !== undefined && { expected_price }),
    }));
    return this.commands.ask<Reserved>('inventory.reserve', { order_ref: orderRef, items }, { timeoutMs: 20_000 });
  }

  offers(products: { product_id: number }[], options: { omit_unknown?: boolean } = {}): Promise<object> {
    return this.commands.ask('products.offers', {
      product_ids: products.map(({ product_id }) => product_id),
      ...options,
    });
  }

  async release(orderRef: string): Promise<void> {
    await this.commands.ask('inventory.release', { order_ref: orderRef });
  }

  token(role: Role, userId = 7, issuedAt?: Date): Promise<string> {
    return this.issuer.token({ user_id: userId, role }, issuedAt);
  }

  /** The events of one product so far, oldest first. */
  async events(productId: number): Promise<Envelope[]> {
    const rows = await this.database.query<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY id');
    return rows
      .map((row) => JSON.parse(row.envelope) as Envelope)
      .filter((event) => event.aggregate_id === String(productId));
  }

  /** Sends an event of another service to this service's queue. */
  async deliver(event: Envelope): Promise<void> {
    await this.probe.send(JSON.stringify(event));
  }

  /** Products whose ledger does not add up to their stock. */
  driftingProducts(): Promise<{ product_id: number }[]> {
    return this.database.query(
      `SELECT i.product_id FROM inventory i
       LEFT JOIN (SELECT product_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved
                  FROM inventory_movements GROUP BY product_id) m ON m.product_id = i.product_id
       WHERE i.stock_quantity <> COALESCE(m.stock, 0) OR i.reserved_quantity <> COALESCE(m.reserved, 0)`,
    );
  }
}
