import type { Envelope } from '@app/events';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { TestOrder } from '../../../../test/support/sample-events.js';

jest.setTimeout(60_000);

const ITEM = { product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 3, price_at_order: '20.00', line_total: '60.00' };

/** Each event about a part of an order, and what its e-mail says. */
const EMAILS: [template: string, of: (order: TestOrder) => Envelope, says: RegExp][] = [
  ['shipment-shipped', (order) => order.shipment(), /Tracking number: T-\d+\nhttps:\/\/dhl\.example[^]*1 piece/],
  ['order-partially-cancelled', (order) => order.partialCancellation(), /1 piece[^]*We refund 20\.00 USD/],
  ['return-requested', (order) => order.return('return.requested'), /Please keep the goods/],
  ['return-approved', (order) => order.return('return.approved'), /send the goods back/],
  ['return-rejected', (order) => order.return('return.rejected'), /Reason: It was worn\./],
  ['return-received', (order) => order.return('return.received'), /What arrived:\n- Mouse\n {2}M-1, 1 piece\n/],
  ['return-settled', (order) => order.return('return.settled'), /We refund 20\.00 USD/],
];

describeOnEachDatabase('the e-mails about parts of an order', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  const mailsTo = ({ email }: TestOrder) => notifier.mailer.sent.filter(({ to }) => to === email);

  it.each(EMAILS)('%s is sent once, with the data of its event', async (template, of, says) => {
    const order = new TestOrder();
    const event = of(order);
    await Promise.all([notifier.deliver(event), notifier.deliver(event)]);
    await notifier.deliver(event);
    expect(notifier.mailer.templatesTo(order.email)).toEqual([template]);
    expect(mailsTo(order)[0]?.text).toMatch(says);
    expect(await notifier.email(event)).toMatchObject({ status: 'sent', orderId: order.id, userId: 7 });
  });

  it.each(EMAILS)('%s is not sent to a customer whose data was erased', async (_, of) => {
    const event = of(new TestOrder({ customer_email: '' }));
    await notifier.deliver(event);
    expect(await notifier.emails(event)).toEqual([]);
  });

  it.each(EMAILS)('%s shows an unverified address nothing that somebody wrote', async (_, of) => {
    const order = new TestOrder({ customer_email_verified: false, customer_name: 'Mallory', cancel_reason: 'evil' });
    await notifier.deliver(of(order));
    const [email] = mailsTo(order);
    for (const part of [email?.html, email?.text]) {
      expect(part).toContain('Nobody has confirmed');
      expect(part).not.toMatch(/Mouse|Mallory|evil|worn/);
    }
  });

  it.each(EMAILS)('%s is not sent to a stranger who does not know of the order', async (template, of) => {
    const customer_email = `${template}@example.com`;
    const orders = Array.from({ length: 4 }, () => new TestOrder({ customer_email, customer_email_verified: false }));
    for (const order of orders) await notifier.deliver(order.event('order.created'));
    for (const order of orders) await notifier.deliver(of(order));
    const told = notifier.mailer.templatesTo(customer_email).filter((each) => each === template);
    expect(told).toHaveLength(3);
  });

  it('follow each other: an order that was shipped has no e-mail of its own where its shipments have', async () => {
    const order = new TestOrder({ items: [{ ...ITEM, quantity_shipped: 3 }] });
    const shipped = order.event('order.shipped');
    for (const event of [order.shipment(), shipped]) await notifier.deliver(event);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['shipment-shipped']);
    expect(await notifier.emails(shipped)).toEqual([]);
  });

  it('replace no e-mail of a publisher that knows no shipments', async () => {
    const order = new TestOrder({ items: [ITEM] });
    await notifier.deliver(order.event('order.shipped'));
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-shipped']);
    const older = { event_type: 'order_shipped', order_id: order.id, user_id: 7, customer_email: order.email };
    await notifier.deliver(JSON.stringify({ ...older, order_total: '60.00', tracking_number: 'T-1' }));
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-shipped', 'order-shipped']);
  });
});
