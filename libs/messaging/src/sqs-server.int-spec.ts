import { randomUUID } from 'node:crypto';
import { type Envelope, type EventType, makeEnvelope, OrderPayload } from '@app/events';
import { currentContext, DomainError } from '@app/kernel';
import { createLogger } from '@app/telemetry';
import { Controller, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { eventually } from '../../../test/support/eventually.js';
import { FauxqsProcess } from '../../../test/support/fauxqs-process.js';
import { type Consumer, QueueProbe } from '../../../test/support/queue-probe.js';
import { withMessageDefaults } from './connect-server.js';
import { EventContext } from './event-context.js';
import { RedeliverLaterError } from './failure.js';
import { SnsClient } from './sns-client.js';
import { SQS, SqsServer, type SqsServerOptions } from './sqs-server.js';

type Handle = (payload: unknown, context: EventContext) => Promise<void> | void;
let onCreated: Handle;
let onPaid: Handle;

@Controller()
class OrderEventsController {
  @EventPattern<string>('order.created', SQS)
  async created(@Payload() order: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    await onCreated(order, context);
  }

  @EventPattern<string>('order.paid', SQS)
  async paid(@Payload() order: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    await onPaid(order, context);
  }
}
class OrderEventsModule {}
const MODULE = { module: OrderEventsModule, controllers: [OrderEventsController] };

/** The mutant that every test below must detect: the server with Nest's own handleEvent. */
class NestHandleEventServer extends SqsServer {
  protected override async handle(envelope: Envelope, context: EventContext): Promise<void> {
    await this.handleEvent(envelope.event_type, { pattern: envelope.event_type, data: envelope.payload }, context);
  }
}

jest.setTimeout(30_000);

let fauxqs: FauxqsProcess;
let cleanups: (() => unknown)[];

beforeAll(async () => {
  fauxqs = await FauxqsProcess.start();
});
afterAll(() => fauxqs.stop());
beforeEach(() => {
  cleanups = [];
  onCreated = onPaid = () => undefined;
});
afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function queue(app: Consumer = 'products', stage = `t${randomUUID().slice(0, 8)}`): Promise<QueueProbe> {
  const probe = await QueueProbe.create(stage, app, fauxqs.aws);
  cleanups.push(() => probe.close());
  return probe;
}

async function consume(
  probe: QueueProbe,
  options: Partial<SqsServerOptions> = {},
  Strategy: typeof SqsServer = SqsServer,
): Promise<INestMicroservice> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const strategy = new Strategy({ queueUrl: probe.url, ...fauxqs.aws, logger, ...options });
  const app = withMessageDefaults(await NestFactory.createMicroservice(MODULE, { strategy, logger: false }));
  await app.listen();
  cleanups.push(() => app.close());
  return app;
}

async function publish(probe: QueueProbe, type: EventType = 'order.created', aggregateVersion = 1): Promise<Envelope> {
  const sns = new SnsClient({ topicArn: probe.topology.topicArn, ...fauxqs.aws });
  cleanups.push(() => sns.close());
  const envelope = event(type, aggregateVersion);
  await sns.publishEnvelope(envelope);
  return envelope;
}

function event(type: EventType, aggregateVersion = 1): Envelope {
  const low = { product_id: 17, sku: 'MUG-1', name: 'Mug', available_quantity: 1, low_stock_threshold: 5 };
  const payload = type === 'inventory.low' ? low : order();
  return makeEnvelope<EventType>(type, {
    aggregate_id: 42,
    aggregate_version: aggregateVersion,
    request_id: 'req-0123456789',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    occurred_at: new Date(),
    payload,
  });
}

function order(): OrderPayload {
  return Object.assign(new OrderPayload(), {
    order_id: 42,
    order_ref: randomUUID(),
    user_id: 7,
    customer_email: 'ada@example.com',
    status: 'pending',
    previous_status: null,
    order_total: '0.00',
    currency: 'USD',
    items: [],
    shipping_address: null,
    carrier: null,
    tracking_number: null,
    cancel_reason: null,
    created_at: new Date().toISOString(),
  });
}

async function isEmpty(probe: QueueProbe): Promise<void> {
  await eventually(async () => expect(await probe.depth()).toEqual({ visible: 0, hidden: 0 }));
}

describe('an event from SNS through SQS to its handler', () => {
  it('arrives as a validated payload, in the context of its request, and is deleted', async () => {
    const probe = await queue();
    const seen: unknown[] = [];
    onCreated = (payload, { envelope, receiveCount }) => {
      const { requestId, traceparent } = currentContext();
      seen.push({ payload, id: envelope.event_id, receiveCount, requestId, traceparent });
    };
    await consume(probe);
    const sent = await publish(probe);
    await eventually(() => expect(seen).toHaveLength(1));
    const { request_id: requestId, traceparent } = sent;
    expect(seen[0]).toMatchObject({ id: sent.event_id, receiveCount: 1, requestId, traceparent });
    expect((seen[0] as { payload: unknown }).payload).toBeInstanceOf(OrderPayload);
    await isEmpty(probe);
  });

  it('reaches only the queues whose filter matches it', async () => {
    const stage = `t${randomUUID().slice(0, 8)}`;
    const [products, notifier] = [await queue('products', stage), await queue('notifier', stage)];
    await publish(products, 'inventory.low');
    await publish(products, 'order.created');
    await eventually(async () => expect((await notifier.depth()).visible).toBe(2));
    expect((await products.depth()).visible).toBe(1);
    expect((await (await queue('orders', stage)).depth()).visible).toBe(0);
  });

  it('is processed concurrently with others, never more than the concurrency', async () => {
    const probe = await queue();
    let running = 0;
    let most = 0;
    const done = new Set<number>();
    onCreated = async (_, { envelope }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      done.add(envelope.aggregate_version);
    };
    await Promise.all(Array.from({ length: 30 }, (_, version) => publish(probe, 'order.created', version)));
    await consume(probe, { concurrency: 4 });
    await eventually(() => expect(done.size).toBe(30));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
    await isEmpty(probe);
  });
});

const POISON: [string, (probe: QueueProbe) => Promise<string>][] = [
  [
    'whose handler throws',
    async (probe) => {
      onCreated = () => Promise.reject(new Error('no'));
      return JSON.stringify(await publish(probe, 'order.created'));
    },
  ],
  ['without a handler', async (probe) => JSON.stringify(await publish(probe, 'order.cancelled'))],
  [
    'with a malformed body',
    async (probe) => {
      await probe.send('{"event_type": "order.created"');
      return '{"event_type": "order.created"';
    },
  ],
];

/** A message leaves its queue only when it is acknowledged or dead-lettered. */
async function endsAsDeadLetter(
  Strategy: typeof SqsServer,
  poison: (probe: QueueProbe) => Promise<string>,
): Promise<void> {
  const probe = await queue();
  await probe.limitReceives(2);
  const body = await poison(probe);
  await consume(probe, {}, Strategy);
  await isEmpty(probe);
  expect(await probe.deadLetters()).toEqual([body]);
}

describe('a message that cannot be processed', () => {
  it.each(POISON)('%s is redelivered, and dead-lettered after its receives', async (_, poison) => {
    await endsAsDeadLetter(SqsServer, poison);
  });

  it.each(POISON.slice(0, 2))('%s would be lost with Nest’s own handleEvent', async (_, poison) => {
    await expect(endsAsDeadLetter(NestHandleEventServer, poison)).rejects.toThrow();
  });

  it('is redelivered to the handler that threw, with a rising count, and deleted after success', async () => {
    const probe = await queue();
    const receives: number[] = [];
    onCreated = (_, { receiveCount }) => {
      receives.push(receiveCount);
      if (receiveCount < 3) throw new Error('not yet');
    };
    await consume(probe);
    await publish(probe);
    await eventually(() => expect(receives).toEqual([1, 2, 3]));
    await isEmpty(probe);
    expect(await probe.deadLetters()).toEqual([]);
  });

  it('is kept while a dependency of its handler is down, and uses up no receive', async () => {
    const probe = await queue();
    await probe.limitReceives(2);
    let away = true;
    const receives: number[] = [];
    const done = new Set<number>();
    onCreated = (_, { envelope, receiveCount }) => {
      receives.push(receiveCount);
      if (away) throw new DomainError('service-unavailable', 'SES is away.', { retryAfter: 1 });
      done.add(envelope.aggregate_version);
    };
    await consume(probe, { concurrency: 4, visibilityTimeoutSeconds: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, version) => publish(probe, 'order.created', version)));
    await eventually(() => expect(receives.length).toBeGreaterThan(16));
    away = false;
    await eventually(() => expect(done.size).toBe(12));
    expect(new Set(receives)).toEqual(new Set([1]));
    await isEmpty(probe);
    expect(await probe.deadLetters()).toEqual([]);
  });

  it("is kept for its handler's retryAfter, unless another one succeeds", async () => {
    const probe = await queue();
    let away = true;
    const done: number[] = [];
    const tries: [number, number, number, number] = [0, 0, 0, 0];
    onCreated = (_, { envelope: { aggregate_version: version } }) => {
      tries[version] = (tries[version] ?? 0) + 1;
      const retryAfter = version === 1 ? 1 : 15;
      if (away) throw new DomainError('service-unavailable', 'SES is away.', { retryAfter });
      done.push(version);
    };
    await consume(probe);
    await Promise.all([1, 2].map((version) => publish(probe, 'order.created', version)));
    await eventually(() => expect(tries[2]).toBe(1));
    const before = tries[1];
    await eventually(() => expect(tries[1]).toBeGreaterThan(before + 2));
    expect(tries[2]).toBe(1);
    away = false;
    await eventually(() => expect(done).toContain(1));
    await publish(probe, 'order.created', 3);
    await eventually(() => expect(done).toHaveLength(3));
    expect(done).toEqual([1, 2, 3]);
    await isEmpty(probe);
  });

  it("is redelivered after its handler's retryAfter, which counts as a receive", async () => {
    const probe = await queue();
    const seen: { receiveCount: number; at: number }[] = [];
    onCreated = (_, { receiveCount }) => {
      seen.push({ receiveCount, at: Date.now() });
      if (receiveCount === 1) throw new RedeliverLaterError('The e-mail may have been sent.', 4);
    };
    await consume(probe);
    await publish(probe);
    await eventually(() => expect(seen).toHaveLength(2));
    expect(seen.map(({ receiveCount }) => receiveCount)).toEqual([1, 2]);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(3_000);
    await isEmpty(probe);
  });

  it('is returned at once when the consumer closes while it waits', async () => {
    const probe = await queue();
    let calls = 0;
    onCreated = () => {
      calls++;
      throw new DomainError('service-unavailable', 'SES is away.', { retryAfter: 15 });
    };
    const app = await consume(probe);
    await publish(probe);
    await eventually(() => expect(calls).toBe(1));
    const began = Date.now();
    await app.close();
    expect(Date.now() - began).toBeLessThan(8_000);
    onCreated = () => void calls++;
    await consume(probe);
    await eventually(() => expect(calls).toBe(2));
    await isEmpty(probe);
  });

  it('does not delay other messages', async () => {
    const probe = await queue();
    const paid = new Set<number>();
    onCreated = () => Promise.reject(new Error('poison'));
    await consume(probe, { concurrency: 2 });
    await publish(probe);
    onPaid = (_, { envelope }) => void paid.add(envelope.aggregate_version);
    await Promise.all(
      Array.from({ length: 9 }, (_, version) => probe.send(JSON.stringify(event('order.paid', version)))),
    );
    await eventually(() => expect(paid.size).toBe(9));
  });
});

describe('long work', () => {
  it('keeps its message hidden beyond the visibility timeout', async () => {
    const probe = await queue();
    let calls = 0;
    let finished = false;
    onCreated = async () => {
      calls++;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      finished = true;
    };
    await consume(probe, { visibilityTimeoutSeconds: 1 });
    await publish(probe);
    await eventually(() => expect(finished).toBe(true));
    await isEmpty(probe);
    expect(calls).toBe(1);
  });
});

describe('closing', () => {
  it('waits for the running handler and acknowledges its message', async () => {
    const probe = await queue();
    let release: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      onCreated = () => {
        resolve();
        return new Promise<void>((finish) => (release = finish));
      };
    });
    const app = await consume(probe);
    await publish(probe);
    await started;
    const closed = app.close();
    release();
    await closed;
    expect(await probe.depth()).toEqual({ visible: 0, hidden: 0 });
  });

  it('loses no message that arrives meanwhile', async () => {
    const probe = await queue();
    const handled = new Set<number>();
    onCreated = (_, { envelope }) => void handled.add(envelope.aggregate_version);
    const app = await consume(probe);
    const sending = Promise.all(Array.from({ length: 40 }, (_, version) => publish(probe, 'order.created', version)));
    await eventually(() => expect(handled.size).toBeGreaterThan(0));
    await app.close();
    await sending;
    await consume(probe);
    await eventually(() => expect(handled.size).toBe(40));
    await isEmpty(probe);
  });
});
