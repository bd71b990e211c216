import { RedeliverLaterError } from '@app/messaging';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { TestOrder } from '../../../../test/support/sample-events.js';
import type { OrderEventType } from './order-mail.js';

jest.setTimeout(120_000);

const STEPS: OrderEventType[] = ['order.created', 'order.paid', 'order.shipped', 'order.completed'];
const EMAILS = ['order-completed', 'order-confirmation', 'order-paid', 'order-shipped'];

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describeOnEachDatabase('the e-mails of one order', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  it('are the same four for all 24 permutations of its events', async () => {
    for (const steps of permutations(STEPS)) {
      const order = new TestOrder();
      for (const step of steps) await notifier.deliver(order.event(step));
      expect([...notifier.mailer.templatesTo(order.email)].sort()).toEqual(EMAILS);
    }
  });

  it('end with the cancellation whenever it arrives, and no older one follows it', async () => {
    await Promise.all(
      permutations<OrderEventType>(['order.created', 'order.paid', 'order.cancelled']).map(async (steps) => {
        const order = new TestOrder();
        const events = steps.map((step) => order.event(step, step === 'order.cancelled' ? 'paid' : null));
        for (const event of events) await notifier.deliver(event);
        for (const event of events) await notifier.deliver(event);
        const templates = notifier.mailer.templatesTo(order.email);
        expect(templates).toHaveLength(steps.indexOf('order.cancelled') + 1);
        expect(templates.at(-1)).toBe('order-cancelled');
        const statuses = await Promise.all(events.map(async (event) => (await notifier.email(event)).status));
        expect(statuses).toEqual(
          steps.map((_, place) => (place <= steps.indexOf('order.cancelled') ? 'sent' : 'suppressed')),
        );
      }),
    );
  });

  it('are complete and in order when the cancellation arrives together with the confirmation', async () => {
    await Promise.all(
      Array.from({ length: 20 }, async (_, round) => {
        const order = new TestOrder();
        const events = [order.event('order.created'), order.event('order.cancelled', 'pending', 2)];
        if (round % 2 === 1) events.reverse();
        await Promise.all(events.map((event) => notifier.deliverUntilTaken(event)));
        expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-confirmation', 'order-cancelled']);
      }),
    );
  });

  it('do not let the cancellation overtake one that is being sent', async () => {
    const order = new TestOrder();
    let finish = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      notifier.mailer.next = ({ tags }) => {
        if (tags['template'] !== 'order-paid') return Promise.resolve();
        resolve();
        return new Promise((end) => (finish = end));
      };
    });
    const paid = notifier.deliver(order.event('order.paid'));
    await begun;
    const cancelled = order.event('order.cancelled');
    await expect(notifier.deliver(cancelled)).rejects.toBeInstanceOf(RedeliverLaterError);
    finish();
    await paid;
    await notifier.deliver(cancelled);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-paid', 'order-cancelled']);
  });
});
