import { randomUUID } from 'node:crypto';
import type { PaymentFailedPayload, PaymentPayload, PaymentRefundPayload } from '@app/events';
import { EmailNotSentError, EmailRefusedError } from '../mailer/mailer.js';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { event, nextId, paymentPayload, TestOrder } from '../../../../test/support/sample-events.js';

jest.setTimeout(60_000);

const failed = (over: Partial<PaymentFailedPayload> = {}) =>
  event('payment.failed', {
    ...paymentPayload({ status: 'failed' }),
    failure_code: 'generic_decline',
    failure_message: 'Your card was declined.',
    return_url: null,
    ...over,
  });

const refund = (over: Partial<PaymentRefundPayload> = {}) => ({
  ...paymentPayload(),
  refund_id: nextId(),
  refund_ref: randomUUID(),
  refund_amount: '19.99',
  refund_reason: 'returned',
  refund_failure_code: null,
  ...over,
});

const about = (order: TestOrder, over: Partial<PaymentPayload> = {}) => ({
  order_id: order.id,
  customer_email: order.email,
  ...over,
});

describeOnEachDatabase('the e-mails of payments', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterEach(() => {
    notifier.mailer.next = () => Promise.resolve();
  });
  afterAll(() => notifier.close());

  const mailsTo = (address: string) => notifier.mailer.sent.filter(({ to }) => to === address);
  const linkIn = (text = '') => /^https:\S+$/m.exec(text)?.[0];

  describe('a failed payment', () => {
    it('is told with its amount, its reason and a link to pay again', async () => {
      const event = failed();
      await notifier.deliver(event);
      const [email] = mailsTo(event.payload.customer_email);
      const link = `https://shop.example/pay?order_id=${event.payload.order_id}`;
      expect(email?.subject).toBe(`Payment failed: order ${event.payload.order_id} is not paid yet`);
      for (const part of [email?.html, email?.text])
        for (const value of ['60.00 USD', 'Your card was declined.', link, 'Hello ']) expect(part).toContain(value);
      expect(linkIn(email?.text)).toBe(link);
    });

    it.each([
      [
        'on the site of the shop',
        'https://shop.example/checkout?cart=1&x="',
        'https://shop.example/checkout?cart=1&x=%22',
      ],
      ['on another site', 'https://evil.example/pay', undefined],
      ['on another site that looks alike', 'https://shop.example@evil.example/pay', undefined],
      ['without encryption', 'http://shop.example/pay', undefined],
      ['that is none', 'https://', undefined],
      ['that an operator does not see', '[redacted]', undefined],
    ])('links to a return address %s', async (_, return_url, expected) => {
      const event = failed({ return_url });
      await notifier.deliver(event);
      const [email] = mailsTo(event.payload.customer_email);
      expect(linkIn(email?.text)).toBe(expected ?? `https://shop.example/pay?order_id=${event.payload.order_id}`);
      expect(email?.html).not.toContain('evil');
    });

    it.each([
      ['JPY', '1200'],
      ['KWD', '12.000'],
    ])('is told in %s as that currency is written', async (currency, amount) => {
      const event = failed({ currency, amount });
      await notifier.deliver(event);
      expect(mailsTo(event.payload.customer_email)[0]?.text).toContain(`of ${amount} ${currency} for`);
    });

    it('is told once per order, however many attempts fail, at once or one after the other', async () => {
      const order = new TestOrder();
      const attempts = Array.from({ length: 5 }, () => failed(about(order)));
      await Promise.all(attempts.map((attempt) => notifier.deliverUntilTaken(attempt)));
      for (const attempt of [...attempts, failed(about(order))]) await notifier.deliver(attempt);
      expect(notifier.mailer.templatesTo(order.email)).toEqual(['payment-failed']);
    });

    it('is told by the next attempt if the e-mail of the first one was refused', async () => {
      const order = new TestOrder();
      notifier.mailer.next = () => Promise.reject(new EmailRefusedError('MessageRejected'));
      await expect(notifier.deliver(failed(about(order)))).rejects.toThrow();
      notifier.mailer.next = () => Promise.resolve();
      await notifier.deliver(failed(about(order)));
      expect(notifier.mailer.templatesTo(order.email)).toEqual(['payment-failed']);
    });

    it('is not told once the order was paid, also if its e-mail had to wait', async () => {
      const [late, waiting] = [new TestOrder(), new TestOrder()];
      await notifier.deliver(late.event('order.paid', 'pending', 2));
      const overtaken = failed(about(late));
      await notifier.deliver(overtaken);
      expect(await notifier.email(overtaken)).toMatchObject({ status: 'suppressed', failure: 'order-paid' });

      notifier.mailer.next = () => Promise.reject(new EmailNotSentError('Throttling', 'no'));
      const delayed = failed(about(waiting));
      await expect(notifier.deliver(delayed)).rejects.toThrow();
      notifier.mailer.next = () => Promise.resolve();
      await notifier.deliver(waiting.event('order.paid', 'pending', 2));
      await notifier.deliver(delayed, 2);
      for (const { email } of [late, waiting]) expect(notifier.mailer.templatesTo(email)).toEqual(['order-paid']);
    });

    it('is not told once the order was cancelled', async () => {
      const order = new TestOrder();
      await notifier.deliver(order.event('order.created'));
      await notifier.deliver(order.event('order.cancelled', 'pending', 2));
      await notifier.deliver(failed(about(order)));
      expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-confirmation', 'order-cancelled']);
    });
  });

  describe('a refund', () => {
    it('is told once with its amount, however often its event comes', async () => {
      const refunded = event('payment.refunded', refund({ refund_amount: '1200', currency: 'JPY' }));
      await Promise.all([1, 2, 3].map(() => notifier.deliverUntilTaken(refunded)));
      await notifier.deliver(refunded);
      const emails = mailsTo(refunded.payload.customer_email);
      expect(emails.map(({ subject }) => subject)).toEqual([`Refund for order ${refunded.payload.order_id}: 1200 JPY`]);
      expect(emails[0]?.text).toMatch(/refunded 1200 JPY of your payment.*\n\nIt goes back to the card/);
    });

    it('is told for each refund of an order, also after its cancellation and before it', async () => {
      const order = new TestOrder();
      const next = (method: string) => event('payment.refunded', refund(about(order, { method })));
      await notifier.deliver(next('card'));
      await notifier.deliver(order.event('order.cancelled', 'shipped', 3));
      await notifier.deliver(next('manual'));
      expect(notifier.mailer.templatesTo(order.email)).toEqual(['refund-made', 'order-cancelled', 'refund-made']);
      expect(mailsTo(order.email).at(-1)?.text).not.toContain('card');
    });
  });

  describe('to whom nobody may write', () => {
    const both = (over: Partial<PaymentPayload>) => [failed(over), event('payment.refunded', refund(over))];

    it('nothing is sent if the customer was erased, before the event or after it', async () => {
      for (const each of both({ customer_email: '' })) {
        await notifier.deliver(each);
        expect(await notifier.emails(each)).toEqual([]);
      }
      const erased = { user_id: 900_000 + nextId(), customer_email: 'erased@example.com' };
      await notifier.deliver(event('user.deleted', { user_id: erased.user_id }));
      for (const each of both(erased)) {
        await notifier.deliver(each);
        const kept = { status: 'suppressed', failure: 'user-erased', userId: null, recipientHash: null };
        expect(await notifier.email(each)).toMatchObject(kept);
      }
      expect(mailsTo(erased.customer_email)).toEqual([]);
    });

    it('nothing is sent to a suppressed address', async () => {
      const customer_email = 'bounced-payer@example.com';
      await notifier.ledger.suppressAddress(customer_email, 'bounce');
      for (const each of both({ customer_email })) {
        await notifier.deliver(each);
        expect(await notifier.email(each)).toMatchObject({ status: 'suppressed', failure: 'address-suppressed' });
      }
      expect(mailsTo(customer_email)).toEqual([]);
    });

    it('little is sent to an unverified address: ten a day, nothing that the payer wrote', async () => {
      const to = 'unverified-payer@example.com';
      const stranger = { customer_email: to, customer_email_verified: false, customer_name: 'Mallory' };
      await notifier.deliver(failed({ ...stranger, return_url: 'https://shop.example/mallory' }));
      for (let n = 0; n < 12; n++) await notifier.deliver(event('payment.refunded', refund(stranger)));
      const emails = mailsTo(to);
      expect(emails).toHaveLength(10);
      for (const { html, text } of emails) {
        expect(html + text).not.toMatch(/mallory|declined/i);
        for (const part of [html, text]) expect(part).toContain('Nobody has confirmed this e-mail address');
      }
      expect(emails[0]?.text).toContain('https://shop.example/pay?order_id=');
    });

    it('a stranger hears of the payment of an order that was announced, and of no other one', async () => {
      const stranger = { customer_email: 'stranger-payer@example.com', customer_email_verified: false };
      const [announced, unannounced] = [new TestOrder(stranger), new TestOrder(stranger)];
      const others = [new TestOrder(stranger), new TestOrder(stranger)];
      for (const order of [announced, ...others, unannounced]) await notifier.deliver(order.event('order.created'));
      const attempts = [announced, unannounced].map(({ id }) => failed({ ...stranger, order_id: id }));
      for (const attempt of attempts) await notifier.deliver(attempt);
      const emails = await Promise.all(attempts.map((attempt) => notifier.email(attempt)));
      expect(emails).toMatchObject([{ status: 'sent' }, { status: 'suppressed', failure: 'recipient-limit' }]);
    });
  });

  describe('staff', () => {
    const lastToStaff = () => mailsTo('staff@example.com').at(-1);

    it('hear of a refund that failed, once', async () => {
      const payload = refund({ refund_failure_code: 'expired_or_canceled_card' });
      const refused = event('payment.refund-failed', payload);
      for (let n = 0; n < 3; n++) await notifier.deliver(refused);
      expect(mailsTo('staff@example.com')).toHaveLength(1);
      const { order_id, payment_id, refund_id } = payload;
      expect(lastToStaff()?.subject).toBe(`Refund failed: order ${order_id}, 19.99 USD`);
      for (const value of [`Payment: ${payment_id}`, `Refund: ${refund_id}`, 'Failure: expired_or_canceled_card'])
        expect(lastToStaff()?.text).toContain(value);
    });

    it('hear of a dispute, and not of one that was won', async () => {
      const payload = { ...paymentPayload(), dispute_ref: 'dp_1', dispute_amount: '60.00' };
      await notifier.deliver(event('payment.disputed', { ...payload, dispute_status: 'open' }));
      const won = event('payment.disputed', { ...payload, dispute_status: 'won' });
      await notifier.deliver(won);
      expect(await notifier.emails(won)).toEqual([]);
      expect(lastToStaff()).toMatchObject({ subject: `Dispute: order ${payload.order_id}, 60.00 USD` });
      expect(lastToStaff()?.text).toMatch(/Dispute: dp_1\nAmount: 60\.00 USD\nStatus: open/);
    });

    it('hear of a payment of another amount, also of a cancelled order of an erased customer', async () => {
      const order = new TestOrder();
      await notifier.deliver(order.event('order.cancelled', 'shipped', 4));
      const payload = paymentPayload(about(order, { customer_email: '', mismatch: true }));
      await notifier.deliver(event('payment.mismatch', { ...payload, paid_amount: '5900', paid_currency: 'JPY' }));
      expect(lastToStaff()?.subject).toBe(`Payment mismatch: order ${order.id}`);
      expect(lastToStaff()?.text).toMatch(/Asked for: 60\.00 USD\nPaid: 5900 JPY/);
    });

    it('are told nothing about the customer', () => {
      for (const { html, text } of mailsTo('staff@example.com')) expect(html + text).not.toMatch(/payer-|Ann/);
    });
  });
});
