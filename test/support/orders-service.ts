import { randomUUID } from 'node:crypto';
import { loadConfig } from '@app/config';
import { Database } from '@app/database';
import { type Envelope, type EventPayloads, type EventType, makeEnvelope, MAX_LINES } from '@app/events';
import { declareErrors, invalid, type Role } from '@app/kernel';
import { commandClient, Commands, CommandServer } from '@app/messaging';
import { createApp } from '@app/service';
import { createLogger } from '@app/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { service as orders } from '../../apps/orders/src/orders-app.module.js';
import { OrdersConfig } from '../../apps/orders/src/orders.config.js';
import { products, users } from '../../apps/services.js';
import { FauxqsProcess } from './fauxqs-process.js';
import { freePort } from './process.js';
import { QueueProbe } from './queue-probe.js';
import { type Answer, callInto, type CallOptions, type Method, TestIssuer } from './test-callers.js';

export interface TestUser {
  user_id: number;
  role: Role;
}

interface Reserve {
  order_ref: string;
  items: { product_id: number; quantity: number; expected_price?: string }[];
}

interface Offers {
  product_ids: number[];
  omit_unknown?: boolean;
}

const usersRefusal = declareErrors(users.refuses);
const productsRefusal = declareErrors(products.refuses);
const logger = createLogger({ service: 'test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });

/** Stands in for users and products, with the commands that orders sends, on the real transport. */
export class OrdersNeighbours {
  readonly users = new Set<number>();
  readonly verified = new Set<number>();
  readonly prices = new Map<number, string>();
  readonly goods = new Map<number, { weight_grams: number | null; tax_category: string }>();
  readonly stock = new Map<number, number>();
  /** The products of each question about prices. */
  readonly asked: number[][] = [];
  readonly reserved: Reserve[] = [];
  readonly released: string[] = [];
  /** Runs before the response to a reservation. */
  beforeAnswer: (request: Reserve) => Promise<void> = () => Promise.resolve();
  private constructor(
    readonly usersServer: CommandServer,
    readonly productsServer: CommandServer,
  ) {}

  static async start(jwks: object): Promise<OrdersNeighbours> {
    const server = () => new CommandServer({ host: '127.0.0.1', port: 0, logger });
    const neighbours = new OrdersNeighbours(server(), server());
    neighbours.usersServer.addHandler('users.keys', () => Promise.resolve(jwks));
    neighbours.usersServer.addHandler('users.get', (request: { user_id: number }) => neighbours.user(request));
    neighbours.productsServer.addHandler('inventory.reserve', (request: Reserve) => neighbours.reserve(request));
    neighbours.productsServer.addHandler('inventory.release', ({ order_ref }: { order_ref: string }) =>
      Promise.resolve({ released: neighbours.released.push(order_ref) > 0 }),
    );
    neighbours.productsServer.addHandler('products.offers', (request: Offers) =>
      Promise.resolve(request).then((asked) => neighbours.offers(asked)),
    );
    for (const each of [neighbours.usersServer, neighbours.productsServer]) {
      await new Promise<void>((resolve) => each.listen(() => resolve()));
    }
    return neighbours;
  }

  async stop(): Promise<void> {
    await Promise.all([this.usersServer.close(), this.productsServer.close()]);
  }

  private user({ user_id: userId }: { user_id: number }): Promise<object> {
    if (!this.users.has(userId)) return Promise.reject(usersRefusal('unknown-user', 'There is no such user.'));
    return Promise.resolve({
      user_id: userId,
      email: `user${userId}@example.com`,
      full_name: `User ${userId}`,
      role: 'customer',
      email_verified: this.verified.has(userId),
    });
  }

  private async reserve(request: Reserve): Promise<object> {
    this.reserved.push(request);
    const short = request.items.filter(({ product_id, quantity }) => quantity > (this.stock.get(product_id) ?? 1_000));
    this.expectKnown(request.items.map(({ product_id }) => product_id));
    if (short.length > 0) {
      const items = short.map(({ product_id, quantity }) => ({
        product_id,
        requested: quantity,
        available: this.stock.get(product_id),
      }));
      throw productsRefusal('insufficient-stock', 'There is not enough stock.', { details: { items } });
    }
    if (
      request.items.some(
        ({ product_id, expected_price }) => expected_price && expected_price !== this.prices.get(product_id),
      )
    ) {
      throw productsRefusal('price-changed', 'A price has changed.');
    }
    await this.beforeAnswer(request);
    return this.snapshot(request.items.map(({ product_id }) => product_id));
  }

  private offers({ product_ids, omit_unknown }: Offers): object {
    this.asked.push(product_ids);
    if (product_ids.length > MAX_LINES) throw invalid('/product_ids', 'arrayMaxSize', 'That is too many.');
    if (!omit_unknown) this.expectKnown(product_ids);
    const { items, ...snapshot } = this.snapshot(product_ids.filter((id) => this.prices.has(id)));
    const available = (id: number) => ({ available_quantity: this.stock.get(id) ?? 1_000 });
    return { ...snapshot, items: items.map((item) => ({ ...item, ...available(item.product_id) })) };
  }

  private expectKnown(productIds: number[]): void {
    if (productIds.every((id) => this.prices.has(id))) return;
    throw productsRefusal('unknown-product', 'A product does not exist.');
  }

  private snapshot(productIds: number[]) {
    const items = productIds.map((product_id) => ({
      ...{ product_id, sku: `SKU-${product_id}`, name: `Product ${product_id}`, price: this.prices.get(product_id) },
      ...(this.goods.get(product_id) ?? { weight_grams: null, tax_category: 'standard' }),
    }));
    return { currency: 'USD', items };
  }
}

/** The whole orders service, with its real transports and database. */
export class OrdersService {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly neighbours: OrdersNeighbours,
    private readonly probe: QueueProbe,
    private readonly fauxqs: FauxqsProcess,
    private readonly issuer: TestIssuer,
    private readonly commands: Commands,
  ) {}

  static async start(databaseUrl: string, environment: Record<string, string> = {}): Promise<OrdersService> {
    const issuer = await TestIssuer.create();
    const neighbours = await OrdersNeighbours.start(issuer.jwks);
    const fauxqs = await FauxqsProcess.start();
    try {
      const probe = await QueueProbe.create('test', 'orders', fauxqs.aws);
      const port = await freePort();
      const config = loadConfig(OrdersConfig, {
        STAGE: 'test',
        DATABASE_URL: databaseUrl,
        AWS_REGION: fauxqs.aws.region,
        AWS_ENDPOINT_URL: fauxqs.aws.endpoint,
        TOPIC_ARN: probe.topology.topicArn,
        QUEUE_URL: probe.url,
        COMMANDS_PORT: String(port),
        USERS_COMMANDS: neighbours.usersServer.address,
        PRODUCTS_COMMANDS: neighbours.productsServer.address,
        FINGERPRINT_KEY: 'f'.repeat(32),
        ...environment,
      });
      const app = await createApp(orders, config, logger);
      await app.getHttpAdapter().getInstance().ready();
      const commands = new Commands(commandClient(`tcp://127.0.0.1:${port}`, fauxqs.aws));
      return new OrdersService(app, neighbours, probe, fauxqs, issuer, commands);
    } catch (error) {
      // Started parts would keep jest waiting and hide why the rest failed.
      await Promise.all([neighbours.stop(), fauxqs.stop()]);
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.commands.close();
    await this.app.close();
    this.probe.close();
    await Promise.all([this.neighbours.stop(), this.fauxqs.stop()]);
  }

  /** Sends the command as products does, over the wire. */
  settle(orderRef: string): Promise<object> {
    return this.commands.ask('orders.settle', { order_ref: orderRef });
  }

  get database(): Database {
    return this.app.get(Database);
  }

  async call<T = Record<string, unknown>>(
    who: TestUser | undefined,
    method: Method,
    url: string,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    return callInto<T>(this.app, { method, url, ...options, token: who && (await this.token(who)) });
  }

  token(user: TestUser, issuedAt?: Date): Promise<string> {
    return this.issuer.token(user, issuedAt);
  }

  /** The events of an order in the outbox, oldest first. */
  async events(orderId: number): Promise<Envelope<'order.created'>[]> {
    return (await this.allEvents(orderId)) as Envelope<'order.created'>[];
  }

  /** Those of one type. */
  async eventsOf<K extends EventType>(type: K, orderId: number): Promise<Envelope<K>[]> {
    const isOfType = (event: Envelope): event is Envelope<K> => event.event_type === type;
    return (await this.allEvents(orderId)).filter(isOfType);
  }

  private async allEvents(orderId: number): Promise<Envelope[]> {
    const rows = await this.database.query<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY id');
    return rows
      .map((row) => JSON.parse(row.envelope) as Envelope)
      .filter((event) => event.aggregate_id === String(orderId));
  }

  /** How many messages of this service's queue are not consumed yet. */
  async waiting(): Promise<number> {
    const { visible, hidden } = await this.probe.depth();
    return visible + hidden;
  }

  /** Sends an event of another service to this service's queue. */
  async deliver<K extends EventType>(type: K, payload: EventPayloads[K]): Promise<void> {
    const envelope = makeEnvelope(type, {
      aggregate_id: 1,
      aggregate_version: 1,
      request_id: randomUUID(),
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      occurred_at: new Date(),
      payload,
    });
    await this.probe.send(JSON.stringify(envelope));
  }
}
