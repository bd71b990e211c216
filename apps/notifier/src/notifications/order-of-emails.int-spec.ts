import type { Envelope } from '@app/events';
import { RedeliverLaterError } from '@app/messaging';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { nextId, TestOrder } from '../../../../test/support/sample-events.js';
import type { ReturnEventType } from './part-mail.js';

jest.setTimeout(120_000);

const EMAILS = ['order-completed', 'order-confirmation', 'order-paid', 'shipment-shipped', 'shipment-shipped'];
const RETURN: ReturnEventType[] = ['return.requested', 'return.approved', 'return.received', 'return.settled'];

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
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

  /** Delivers the event; its e-mail is being sent until `finish`. */
  async function whileSending(event: Envelope): Promise<{ finish(): Promise<void> }> {
    let end = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      notifier.mailer.next = ({ tags }) => {
        if (tags['event_id'] !== event.event_id) return Promise.resolve();
        resolve();
        return new Promise((sent) => (end = sent));
      };
    });
    const delivery = notifier.deliver(event);
    await begun;
    const finish = () => {
      notifier.mailer.next = () => Promise.resolve();
      end();
      return delivery;
    };
    return { finish };
  }

  it('are the same five for all 120 permutations of its events, each shipment with its own parcel', async () => {
    for (const places of permutations([0, 1, 2, 3, 4])) {
      const order = new TestOrder();
      const shipments = [order.shipment({ items: [] }, 3), order.shipment({}, 4)];
      const before = [order.event('order.created'), order.event('order.paid', 'pending', 2)];
      const events = [...before, ...shipments, order.event('order.completed', 'shipped', 5)];
      for (const place of places) await notifier.deliver(events[place] ?? '');
      const mails = notifier.mailer.sent.filter(({ to }) => to === order.email);
      expect(mails.map(({ tags }) => tags['template']).sort()).toEqual(EMAILS);
      for (const { event_id, payload } of shipments) {
        const { text } = mails.find(({ tags }) => tags['event_id'] === event_id) ?? {};
        expect(text).toContain(`Tracking number: T-${payload.shipment.shipment_id}\n`);
      }
    }
  });

  describe('about a return', () => {
    const templateOf = (type: ReturnEventType) => type.replace('.', '-');
    const inOrder = RETURN.map(templateOf);
    const eventsOf = (order: TestOrder, types: readonly ReturnEventType[], return_id = nextId()) =>
      types.map((type) => order.return(type, { return_id }));

    it('end with its last step in all 24 permutations, and no older one follows a newer one', async () => {
      for (const types of permutations(RETURN)) {
        const order = new TestOrder();
        const events = eventsOf(order, types);
        for (const event of [...events, ...events]) await notifier.deliver(event);
        const newest = (place: number) => Math.max(...types.slice(0, place + 1).map((type) => RETURN.indexOf(type)));
        const expected = types.filter((type, place) => RETURN.indexOf(type) === newest(place));
        expect(notifier.mailer.templatesTo(order.email)).toEqual(expected.map(templateOf));
        expect(expected.at(-1)).toBe('return.settled');
        const statuses = await Promise.all(events.map(async (event) => (await notifier.email(event)).status));
        expect(statuses).toEqual(types.map((type) => (expected.includes(type) ? 'sent' : 'suppressed')));
      }
    });

    it('end with its rejection', async () => {
      const [order, late] = [new TestOrder(), new TestOrder()];
      for (const event of eventsOf(order, ['return.requested', 'return.rejected'])) await notifier.deliver(event);
      for (const event of eventsOf(late, ['return.rejected', 'return.requested'])) await notifier.deliver(event);
      expect(notifier.mailer.templatesTo(order.email)).toEqual(['return-requested', 'return-rejected']);
      expect(notifier.mailer.templatesTo(late.email)).toEqual(['return-rejected']);
    });

    it('do not concern another return of the order, nor its shipments', async () => {
      const order = new TestOrder();
      const others = [order.return('return.settled'), order.return('return.requested'), order.shipment()];
      for (const event of others) await notifier.deliver(event);
      const templates = ['return-settled', 'return-requested', 'shipment-shipped'];
      expect(notifier.mailer.templatesTo(order.email)).toEqual(templates);
    });

    it('are in order when they arrive together', async () => {
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const order = new TestOrder();
          await Promise.all(eventsOf(order, RETURN).map((event) => notifier.deliverUntilTaken(event)));
          const templates = notifier.mailer.templatesTo(order.email);
          expect(templates).toEqual(inOrder.filter((template) => templates.includes(template)));
          expect(templates.at(-1)).toBe('return-settled');
        }),
      );
    });

    it('do not overtake one that is being sent', async () => {
      const order = new TestOrder();
      const return_id = nextId();
      const sending = await whileSending(order.return('return.requested', { return_id }));
      // Another return of the order need not wait.
      await notifier.deliver(order.return('return.received'));
      const approved = order.return('return.approved', { return_id });
      await expect(notifier.deliver(approved)).rejects.toBeInstanceOf(RedeliverLaterError);
      await sending.finish();
      await notifier.deliver(approved);
      const templates = ['return-received', 'return-requested', 'return-approved'];
      expect(notifier.mailer.templatesTo(order.email)).toEqual(templates);
    });
  });

  it('end with the cancellation whenever it arrives, and no older one follows it', async () => {
    await Promise.all(
      permutations(['order.created', 'order.paid', 'shipment', 'order.cancelled'] as const).map(async (steps) => {
        const order = new TestOrder();
        const events = steps.map((step) =>
          step === 'shipment' ? order.shipment() : order.event(step, step === 'order.cancelled' ? 'paid' : null),
        );
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
    const sending = await whileSending(order.event('order.paid'));
    const cancelled = order.event('order.cancelled');
    await expect(notifier.deliver(cancelled)).rejects.toBeInstanceOf(RedeliverLaterError);
    await sending.finish();
    await notifier.deliver(cancelled);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-paid', 'order-cancelled']);
  });
});
