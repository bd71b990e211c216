import { randomUUID } from 'node:crypto';
import { loadConfig } from '@app/config';
import { Database } from '@app/database';
import { type Envelope, type EventPayloads, type EventType, makeEnvelope } from '@app/events';
import { Clock, DomainError, type Role } from '@app/kernel';
import { CommandServer } from '@app/messaging';
import { createApp, type Service } from '@app/service';
import { createLogger } from '@app/telemetry';
import type { DynamicModule, Provider } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import Stripe from 'stripe';
import { service as payments } from '../../apps/payments/src/payments-app.module.js';
import { PaymentsConfig } from '../../apps/payments/src/payments.config.js';
import { PaymentProvider } from '../../apps/payments/src/providers/payment-provider.js';
import type { ProviderEvent } from '../../apps/payments/src/providers/provider-payment.js';
import { FakePaymentProvider } from './fake-payment-provider.js';
import { FauxqsProcess } from './fauxqs-process.js';
import { QueueProbe } from './queue-probe.js';
import { TestClock } from './test-clock.js';
import { type Answer, callInto, type CallOptions, type Method, TestIssuer } from './test-callers.js';

export interface TestOrder {
  order_id: number;
  order_ref: string;
  user_id: number | null;
  /** Of a guest's. */
  token_hash?: string;
  status: string;
  fulfilment_status: string;
  order_total: string;
  amount_credited: string;
  amount_paid: string;
  amount_due: string;
  currency: string;
  unpayable: string | null;
}

export interface TestUser {
  user_id: number;
  role: Role;
}

const logger = createLogger({ service: 'test', level: process.env['TEST_LOG_LEVEL'] ?? 'silent' });
const SECRET = 'whsec_test';

interface PayableQuestion {
  order_id: number;
  user_id?: number;
  token_hash?: string;
}

/** Stands in for users and orders, with the commands that payments sends, on the real transport. */
class Neighbours {
  readonly orders = new Map<number, TestOrder>();
  /** Runs before each answer about an order. */
  beforeAnswer: () => void = () => undefined;

  private constructor(
    readonly users: CommandServer,
    readonly ordersServer: CommandServer,
  ) {}

  static async start(jwks: object): Promise<Neighbours> {
    const server = () => new CommandServer({ host: '127.0.0.1', port: 0, logger });
    const neighbours = new Neighbours(server(), server());
    neighbours.users.addHandler('users.keys', () => Promise.resolve(jwks));
    neighbours.ordersServer.addHandler('orders.payable', (question: PayableQuestion) => neighbours.payable(question));
    for (const each of [neighbours.users, neighbours.ordersServer]) {
      await new Promise<void>((resolve) => each.listen(() => resolve()));
    }
    return neighbours;
  }

  async stop(): Promise<void> {
    await Promise.all([this.users.close(), this.ordersServer.close()]);
  }

  private async payable({ order_id, ...owner }: PayableQuestion): Promise<object> {
    this.beforeAnswer();
    const known = this.orders.get(order_id);
    const names = Object.keys(owner) as (keyof typeof owner)[];
    const isTheirs = names.length === 0 || names.some((name) => owner[name] === known?.[name]);
    if (!known || !isTheirs) throw new DomainError('not-found', 'There is no such order.');
    return {
      ...known,
      token_hash: undefined,
      customer_email: `user${known.user_id}@example.com`,
      customer_name: `User ${known.user_id}`,
      customer_email_verified: true,
    };
  }
}

let lastOrder = 0;

/** The whole payments service with a provider in memory; its transports and its database are real. */
export class PaymentsService {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly provider: FakePaymentProvider,
    readonly clock: TestClock,
    readonly neighbours: Neighbours,
    private readonly queue: { probe: QueueProbe; fauxqs: FauxqsProcess },
    private readonly issuer: TestIssuer,
  ) {}

  /** `realProvider`: that of the environment instead of one in memory; two services may share `provider`. */
  static async start(
    databaseUrl: string,
    environment: Record<string, string> = {},
    { realProvider = false, provider = new FakePaymentProvider() } = {},
  ): Promise<PaymentsService> {
    const issuer = await TestIssuer.create();
    const neighbours = await Neighbours.start(issuer.jwks);
    const fauxqs = await FauxqsProcess.start();
    try {
      const probe = await QueueProbe.create('test', 'payments', fauxqs.aws);
      const config = loadConfig(PaymentsConfig, {
        STAGE: 'test',
        DATABASE_URL: databaseUrl,
        AWS_REGION: fauxqs.aws.region,
        AWS_ENDPOINT_URL: fauxqs.aws.endpoint,
        TOPIC_ARN: probe.topology.topicArn,
        QUEUE_URL: probe.url,
        USERS_COMMANDS: neighbours.users.address,
        ORDERS_COMMANDS: neighbours.ordersServer.address,
        FINGERPRINT_KEY: 'f'.repeat(32),
        STRIPE_SECRET_KEY: 'sk_test_local',
        STRIPE_WEBHOOK_SECRETS: SECRET,
        ...environment,
      });
      const clock = new TestClock();
      const replaced = withParts(payments, [
        ...(realProvider ? [] : [{ provide: PaymentProvider, useValue: provider }]),
        { provide: Clock, useValue: clock },
      ]);
      const app = await createApp(replaced, config, logger);
      await app.getHttpAdapter().getInstance().ready();
      return new PaymentsService(app, provider, clock, neighbours, { probe, fauxqs }, issuer);
    } catch (error) {
      // Started parts would keep jest waiting and hide why the rest failed.
      await Promise.all([neighbours.stop(), fauxqs.stop()]);
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.app.close();
    this.queue.probe.close();
    await Promise.all([this.neighbours.stop(), this.queue.fauxqs.stop()]);
  }

  get database(): Database {
    return this.app.get(Database);
  }

  /** A pending order. */
  order(more: Partial<TestOrder> = {}): TestOrder {
    const order_total = more.order_total ?? '12.00';
    const order = {
      order_id: ++lastOrder,
      order_ref: randomUUID(),
      user_id: 1,
      status: 'pending',
      fulfilment_status: 'unfulfilled',
      order_total,
      amount_credited: '0.00',
      amount_paid: '0.00',
      amount_due: order_total,
      currency: 'USD',
      unpayable: null,
      ...more,
    };
    this.neighbours.orders.set(order.order_id, order);
    return order;
  }

  async call<T = Record<string, unknown>>(
    who: TestUser | undefined,
    method: Method,
    url: string,
    options: CallOptions = {},
  ): Promise<Answer<T>> {
    const token = who && (await this.issuer.token(who));
    return callInto<T>(this.app, { method, url, ...options, token });
  }

  /** The events about a payment in the outbox, oldest first. */
  async events(paymentId: number): Promise<Envelope[]> {
    const rows = await this.database.query<{ envelope: string }>('SELECT envelope FROM outbox ORDER BY id');
    return rows
      .map(({ envelope }) => JSON.parse(envelope) as Envelope)
      .filter(({ aggregate_id }) => aggregate_id === String(paymentId));
  }

  /** Sends an event of another service to this one's queue. */
  async deliver<K extends EventType>(type: K, payload: EventPayloads[K]): Promise<void> {
    const envelope = makeEnvelope(type, {
      aggregate_id: 1,
      aggregate_version: 1,
      request_id: randomUUID(),
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
      occurred_at: new Date(),
      payload,
    });
    await this.queue.probe.send(JSON.stringify(envelope));
  }

  /** The provider's event as the provider sends it. */
  async webhook(event: ProviderEvent, secret = SECRET): Promise<Answer> {
    const body = JSON.stringify({
      id: event.event_ref,
      object: 'event',
      type: event.type,
      created: Math.floor(Date.parse(event.created_at) / 1_000),
      data: { object: { object: 'payment_intent', id: event.object_ref } },
    });
    const timestamp = Math.floor(this.clock.now().getTime() / 1_000);
    const signature = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp });
    return this.rawWebhook(Buffer.from(body), { 'stripe-signature': signature });
  }

  async rawWebhook(body: Buffer, headers: Record<string, string>): Promise<Answer> {
    const answer = await this.app.inject({
      method: 'POST',
      url: '/provider-events/stripe',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      payload: body,
    });
    return {
      status: answer.statusCode,
      headers: answer.headers as Answer['headers'],
      body: answer.json<Record<string, unknown>>(),
    };
  }
}

function withParts<C>(
  service: Service<C & PaymentsConfig>,
  parts: { provide: unknown; useValue: unknown }[],
): Service<C & PaymentsConfig> {
  const isReplaced = (provider: Provider) =>
    typeof provider === 'object' && parts.some(({ provide }) => provide === provider.provide);
  return {
    ...service,
    module: (config, observed): DynamicModule => {
      const whole = service.module(config, observed);
      const kept = (whole.providers ?? []).filter((provider) => !isReplaced(provider));
      return { ...whole, providers: [...kept, ...(parts as Provider[])] };
    },
  };
}
