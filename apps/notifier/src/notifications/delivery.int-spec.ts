import { randomUUID } from 'node:crypto';
import { RedeliverLaterError } from '@app/messaging';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { TestOrder } from '../../../../test/support/sample-events.js';
import { EmailNotSentError, EmailRefusedError } from '../mailer/mailer.js';

jest.setTimeout(60_000);

describeOnEachDatabase('one e-mail per event and template', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  it('is sent when 200 events are delivered three times, shuffled and concurrently', async () => {
    const events = Array.from({ length: 200 }, () => new TestOrder().event('order.created'));
    const deliveries = [...events, ...events, ...events]
      .map((event) => ({ event, place: Math.random() }))
      .sort((a, b) => a.place - b.place);
    const worker = async () => {
      for (let next = deliveries.pop(); next; next = deliveries.pop()) await notifier.deliverUntilTaken(next.event);
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    const ids = notifier.mailer.sent.map(({ tags }) => tags['event_id']);
    expect(ids).toHaveLength(200);
    expect(new Set(ids).size).toBe(200);
  });

  it('is sent after the lease of a dead holder, and counted as a possible duplicate', async () => {
    const order = new TestOrder();
    const created = order.event('order.created');
    await notifier.ledger.claim({
      event_id: created.event_id,
      template: 'order-confirmation',
      order_id: order.id,
      return_id: null,
      user_id: 7,
      recipient_hash: notifier.ledger.hashAddress(order.email),
      request_id: randomUUID(),
      unverified: false,
    });
    const error: unknown = await notifier.deliver(created).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RedeliverLaterError);
    expect((error as { retryAfter: number }).retryAfter).toBeGreaterThan(30);
    expect(notifier.mailer.templatesTo(order.email)).toEqual([]);

    notifier.clock.advance(60_000);
    await notifier.deliver(created);
    await notifier.deliver(created);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-confirmation']);
    expect(await notifier.email(created)).toMatchObject({ status: 'sent', attempts: 2, possibleDuplicates: 1 });
    expect(notifier.lines.some((line) => line.includes('may be sent twice') && line.includes(created.event_id))).toBe(
      true,
    );
  });

  it('is not blocked by a lease from before the clock was set back', async () => {
    const order = new TestOrder();
    const [created, cancelled] = [order.event('order.created'), order.event('order.cancelled')];
    await notifier.ledger.claim({
      event_id: created.event_id,
      template: 'order-confirmation',
      order_id: order.id,
      return_id: null,
      user_id: 7,
      recipient_hash: notifier.ledger.hashAddress(order.email),
      request_id: randomUUID(),
      unverified: false,
    });
    notifier.clock.advance(-3_600_000);
    await notifier.deliver(cancelled);
    await notifier.deliver(created);
    notifier.clock.advance(3_600_000);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-cancelled']);
    expect(await notifier.email(created)).toMatchObject({ status: 'suppressed' });
  });

  it('waits for a delivery that is sending it instead of failing', async () => {
    const order = new TestOrder();
    const created = order.event('order.created');
    notifier.mailer.next = () => new Promise((resolve) => setTimeout(resolve, 300));
    await Promise.all([notifier.deliver(created), notifier.deliver(created)]);
    notifier.mailer.next = () => Promise.resolve();
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-confirmation']);
  });

  it('is recorded only by the holder of the lease', async () => {
    const order = new TestOrder();
    const created = order.event('order.created');
    notifier.mailer.next = async () => {
      notifier.mailer.next = () => Promise.resolve();
      notifier.clock.advance(61_000);
      await notifier.deliver(created);
    };
    await notifier.deliver(created);
    expect(await notifier.email(created)).toMatchObject({ status: 'sent', attempts: 2, possibleDuplicates: 1 });
    expect(notifier.lines.some((line) => line.includes('the lease ended before'))).toBe(true);
  });
});

describeOnEachDatabase('an e-mail the provider does not accept', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());
  afterEach(() => {
    notifier.mailer.next = () => Promise.resolve();
  });

  it('is retried every few seconds while the provider is unavailable', async () => {
    const created = new TestOrder().event('order.created');
    notifier.mailer.next = () => Promise.reject(new EmailNotSentError('Throttling', 'no'));
    await expect(notifier.deliver(created, 1)).rejects.toMatchObject({ code: 'service-unavailable', retryAfter: 5 });
    await expect(notifier.deliver(created, 1)).rejects.toMatchObject({ code: 'service-unavailable', retryAfter: 5 });
    expect(await notifier.email(created)).toMatchObject({
      status: 'queued',
      failure: 'Throttling',
      possibleDuplicates: 0,
    });
    notifier.mailer.next = () => Promise.resolve();
    await notifier.deliver(created, 3);
    expect(await notifier.email(created)).toMatchObject({
      status: 'sent',
      failure: null,
      attempts: 3,
      messageId: 'message-1',
    });
  });

  it('is queued for redelivery, with growing delays, when nobody knows whether it was accepted', async () => {
    const created = new TestOrder().event('order.created');
    notifier.mailer.next = () => Promise.reject(new EmailNotSentError('NoAnswer', 'unknown'));
    const errors: unknown[] = [];
    for (const receive of [1, 2, 3])
      await notifier.deliver(created, receive).catch((error: unknown) => errors.push(error));
    for (const error of errors) expect(error).toBeInstanceOf(RedeliverLaterError);
    expect(errors).toMatchObject([{ retryAfter: 5 }, { retryAfter: 20 }, { retryAfter: 80 }]);
  });

  it('is counted as a possible duplicate when the response was lost', async () => {
    const created = new TestOrder().event('order.created');
    notifier.mailer.next = () => Promise.reject(new EmailNotSentError('ECONNRESET', 'unknown'));
    await expect(notifier.deliver(created)).rejects.toThrow('ECONNRESET');
    expect(await notifier.email(created)).toMatchObject({ status: 'queued', possibleDuplicates: 1 });
  });

  it('fails when it is refused for good, and is sent when its event is redriven after the cause is fixed', async () => {
    const created = new TestOrder().event('order.created');
    notifier.mailer.next = () => Promise.reject(new EmailRefusedError('MessageRejected'));
    await expect(notifier.deliver(created)).rejects.toThrow('MessageRejected');
    expect(await notifier.email(created)).toMatchObject({ status: 'failed', failure: 'MessageRejected' });
    notifier.mailer.next = () => Promise.resolve();
    await notifier.deliver(created);
    expect(await notifier.email(created)).toMatchObject({ status: 'sent' });
  });

  it('fails after the last delivery of its event', async () => {
    const created = new TestOrder().event('order.created');
    notifier.mailer.next = () => Promise.reject(new EmailNotSentError('ECONNREFUSED', 'no'));
    await expect(notifier.deliver(created, 5)).rejects.toThrow('ECONNREFUSED');
    expect(await notifier.email(created)).toMatchObject({ status: 'failed' });
  });
});
