import { readFileSync } from 'node:fs';
import { DomainError } from '@app/kernel';
import { EventContext, SQS, SqsServer } from '@app/messaging';
import { createLogger } from '@app/telemetry';
import { Controller, Module } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { createMessageServer } from './boot.js';
import { sqsHandler } from './sqs-handler.js';

const created = readFileSync('test/contracts/events/order.created.json', 'utf8');
const paid = readFileSync('test/contracts/events/order.paid.json', 'utf8');
const shipped = readFileSync('test/contracts/events/order.shipped.json', 'utf8');
let paidWork: () => Promise<void>;
let receives: number[];

@Controller()
class OrderEventsController {
  @EventPattern<string>('order.created', SQS)
  created(@Payload() order: { order_id: number }, @Ctx() context: EventContext): void {
    expect(order.order_id).toBe(42);
    receives.push(context.receiveCount);
  }

  @EventPattern<string>('order.paid', SQS)
  paid(): Promise<void> {
    return paidWork();
  }
}
@Module({ controllers: [OrderEventsController] })
class OrderEventsModule {}

beforeEach(() => {
  receives = [];
  paidWork = () => Promise.reject(new Error('no'));
});

async function createServer(): Promise<SqsServer> {
  const logger = createLogger({ service: 'test', level: 'silent' });
  const server = new SqsServer({ queueUrl: 'http://localhost/queue', region: 'eu-west-1', logger });
  const silent = { log: () => undefined, warn: () => undefined, error: () => undefined };
  return createMessageServer({ module: OrderEventsModule }, server, silent, (app) => {
    expect(app.get(OrderEventsController)).toBeInstanceOf(OrderEventsController);
  });
}

function batch(...bodies: string[]): SQSEvent {
  const record = (body: string, n: number): SQSRecord =>
    ({ messageId: `m-${n}`, body, attributes: { ApproximateReceiveCount: '2' } }) as SQSRecord;
  return { Records: bodies.map(record) };
}

const time = (ms: number): { getRemainingTimeInMillis: () => number } => ({ getRemainingTimeInMillis: () => ms });
const failed = (...ids: string[]): object => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a batch of messages on Lambda', () => {
  it('succeeds when every message succeeds', async () => {
    expect(await sqsHandler(createServer)(batch(created, created), time(30_000))).toEqual(failed());
    expect(receives).toEqual([2, 2]);
  });

  it('reports exactly the messages that failed: handler, no handler, malformed', async () => {
    const answer = await sqsHandler(createServer)(batch(created, paid, shipped, '{', created), time(30_000));
    expect(answer).toEqual(failed('m-1', 'm-2', 'm-3'));
    expect(receives).toHaveLength(2);
  });

  it("retries a message whose dependency is down, after the handler's retryAfter, while there is time", async () => {
    const away = new DomainError('service-unavailable', 'SES is away.', { retryAfter: 1 });
    const times: number[] = [];
    paidWork = () => (times.push(Date.now()) < 3 ? Promise.reject(away) : Promise.resolve());
    expect(await sqsHandler(createServer)(batch(paid), time(30_000))).toEqual(failed());
    expect(times).toHaveLength(3);
    for (const [n, at] of times.slice(1).entries()) expect(at - (times[n] ?? 0)).toBeGreaterThan(900);
    paidWork = () => (times.push(Date.now()), Promise.reject(away));
    expect(await sqsHandler(createServer)(batch(paid), time(1_500))).toEqual(failed('m-0'));
    expect(times).toHaveLength(4);
  });

  it('reports as failed what is not done when time runs out', async () => {
    paidWork = () => new Promise(() => undefined);
    expect(await sqsHandler(createServer)(batch(created, paid), time(1_200))).toEqual(failed('m-1'));
  });

  it('fails as a whole when the application does not start, and starts it again the next time', async () => {
    const boot = jest.fn(createServer).mockRejectedValueOnce(new Error('no database'));
    const handler = sqsHandler(boot);
    await expect(handler(batch(created), time(30_000))).rejects.toThrow('no database');
    expect(await handler(batch(created), time(30_000))).toEqual(failed());
    expect(await handler(batch(created), time(30_000))).toEqual(failed());
    expect(boot).toHaveBeenCalledTimes(2);
  });

  it('is rejected when it is not a batch', async () => {
    await expect(sqsHandler(createServer)({} as SQSEvent, time(30_000))).rejects.toThrow();
  });
});
