import { EmailNotSentError, EmailRefusedError } from '../mailer/mailer.js';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { NotifierUnderTest } from '../../../../test/support/notifier-under-test.js';
import { event, nextId, TestOrder } from '../../../../test/support/sample-events.js';

jest.setTimeout(60_000);

const user = () => {
  const id = nextId();
  return { user_id: id, email: `user-${id}@example.com`, full_name: 'Ann <b>Example</b>' };
};

describeOnEachDatabase('the e-mails of an event', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  it('notify the customer of every transition of an order, with the data of its event', async () => {
    const order = new TestOrder();
    for (const type of ['order.created', 'order.paid', 'order.shipped', 'order.completed'] as const) {
      await notifier.deliver(order.event(type));
    }
    const templates = ['order-confirmation', 'order-paid', 'order-shipped', 'order-completed'];
    expect(notifier.mailer.templatesTo(order.email)).toEqual(templates);
    const shipped = notifier.mailer.sent.find(
      ({ to, tags }) => to === order.email && tags['template'] === 'order-shipped',
    );
    for (const part of [shipped?.html, shipped?.text]) expect(part).toMatch(/60\.00 USD|T-1/);
  });

  it.each([
    [
      'an address, with the name of its country',
      {
        shipping_address: 'text for consumers of before',
        ship_to: { name: 'Ann\r\nBcc: x', line1: '1 <b> Street', city: 'Bern', postal_code: '3000', country: 'CH' },
      },
      ['Ann Bcc: x', '1 <b> Street', 'Bern 3000', 'Switzerland'],
    ],
    [
      'the text of a publisher that knows no other addresses',
      { shipping_address: '1 <b> Street\n3000 Bern' },
      ['1 <b> Street', '3000 Bern'],
    ],
  ])('show %s line by line', async (_, payload, lines) => {
    const order = new TestOrder(payload);
    await notifier.deliver(order.event('order.created'));
    const email = notifier.mailer.sent.find(({ to }) => to === order.email);
    expect(email?.text).toContain(`Delivery to:\n${lines.map((line) => `  ${line}\n`).join('')}`);
    const cells = lines.map((line) => `<bdi>${line.replace('<b>', '&lt;b&gt;')}</bdi>`).join('<br>');
    expect(email?.html).toContain(`Delivery to:<br>${cells}</p>`);
  });

  describe('about an order with shipping and tax', () => {
    const charges = {
      ...{ items_total: '60.00', discount_total: '0.00', shipping_total: '4.90', tax_total: '12.98' },
      shipping_method: { code: 'parcel', name: 'Parcel\r\nBcc: x' },
      tax_lines: [{ name: 'VAT', rate: '0.2', amount: '12.98' }],
    };
    const textOf = async (payload: object) => {
      const order = new TestOrder({ ...charges, ...payload });
      await notifier.deliver(order.event('order.created'));
      return notifier.mailer.sent.find(({ to }) => to === order.email)?.text;
    };

    it('show what the total is made of', async () => {
      expect(await textOf({ order_total: '77.88', prices_include_tax: false })).toContain(
        'Subtotal: 60.00\nShipping: 4.90 (Parcel Bcc: x)\nTax, 20%: 12.98 (VAT)\nTotal: 77.88 USD\n',
      );
    });

    it('show which tax the total includes', async () => {
      expect(await textOf({ order_total: '64.90', prices_include_tax: true })).toContain(
        'Subtotal: 60.00\nShipping: 4.90 (Parcel Bcc: x)\nTotal: 64.90 USD\nIncluding tax, 20%: 12.98 (VAT)\n',
      );
    });

    it('show an unverified address only the total', async () => {
      const unverified = { prices_include_tax: true, customer_email_verified: false };
      const text = await textOf({ order_total: '64.90', ...unverified });
      expect(text).toContain('64.90 USD');
      expect(text).not.toMatch(/Subtotal|Parcel|VAT/);
    });

    it('show only the total of an order that has neither', async () => {
      const none = { items_total: '60.00', shipping_total: '0.00', shipping_method: null, tax_lines: [] };
      expect(await textOf({ ...none, prices_include_tax: true })).toContain('3 × 20.00 = 60.00\n\nTotal: 60.00 USD\n');
    });
  });

  it('confirm an order that costs nothing once, and without asking for money', async () => {
    const order = new TestOrder({ order_total: '0.00', status: 'paid', payment_status: 'paid' });
    const [created, paid] = [order.event('order.created'), order.event('order.paid')];
    for (const each of [paid, created, paid]) await notifier.deliver(each);
    expect(notifier.mailer.templatesTo(order.email)).toEqual(['order-confirmation']);
    expect(notifier.mailer.sent.find(({ to }) => to === order.email)?.text).toContain('There is nothing to pay');
  });

  it.each([
    ['user.verification-requested', 'verify-email'],
    ['user.password-reset-requested', 'password-reset'],
  ] as const)('%s sends a link with the token in the fragment', async (type, template) => {
    const ann = user();
    await notifier.deliver(event(type, { ...ann, token: 'abc_DEF-123', expires_at: '2026-11-24T14:22:00.000Z' }));
    expect(notifier.mailer.templatesTo(ann.email)).toEqual([template]);
    const email = notifier.mailer.sent.find(({ to }) => to === ann.email);
    expect(email?.text.split(/\s+/)).toEqual(
      expect.arrayContaining(['https://shop.example/account#token=abc_DEF-123', 'abc_DEF-123']),
    );
    expect(email?.text).toContain('24 November 2026 at 14:22 UTC');
    expect(email?.html).toContain('Ann &lt;b&gt;Example');
  });

  it('notify of a changed password', async () => {
    const ann = user();
    await notifier.deliver(event('user.password-changed', ann));
    expect(notifier.mailer.templatesTo(ann.email)).toEqual(['password-changed']);
  });

  it('notify the current address of a requested change, and the former one of the replacement', async () => {
    const ann = user();
    await notifier.deliver(event('user.email-change-requested', ann));
    const verified = { ...ann, email: `new-${ann.email}`, former_email: ann.email, former_email_verified: true };
    await notifier.deliver(event('user.email-verified', verified));
    await notifier.deliver(event('user.email-verified', { ...ann, former_email: null, former_email_verified: null }));
    expect(notifier.mailer.templatesTo(ann.email)).toEqual(['email-change-requested', 'email-changed']);
    expect(notifier.mailer.templatesTo(verified.email)).toEqual([]);
  });

  it('greet nobody by a name that looks like a link', async () => {
    const mallory = { ...user(), full_name: 'Win at evil.example' };
    await notifier.deliver(event('user.password-changed', mallory));
    const email = notifier.mailer.sent.find(({ to }) => to === mallory.email);
    for (const part of [email?.html, email?.text]) {
      expect(part).toContain('Hello,');
      expect(part).not.toContain('evil');
    }
  });

  it('notify the staff of low stock', async () => {
    const low = { product_id: 1, sku: 'M-1', name: 'Mouse\r\nBcc: x', available_quantity: 2, low_stock_threshold: 5 };
    await notifier.deliver(event('inventory.low', low));
    const email = notifier.mailer.sent.at(-1);
    expect(email).toMatchObject({ to: 'staff@example.com', subject: 'Low stock: M-1 (2 left)' });
    expect(email?.text).toContain('Mouse Bcc: x');
  });

  it('read the older flat message format, once per message', async () => {
    const id = nextId();
    const older = JSON.stringify({
      event_type: 'order_created',
      order_id: id,
      user_id: 7,
      customer_email: `older-${id}@example.com`,
      order_total: 60,
      items: [{ product_id: 1, product_name: 'Mouse', quantity: 3, price: 20 }],
      timestamp: '2026-11-22T14:22:00.000Z',
    });
    await notifier.deliver(older);
    await notifier.deliver(older);
    expect(notifier.mailer.templatesTo(`older-${id}@example.com`)).toEqual(['order-confirmation']);
  });

  it('are not sent to a customer whose data was erased', async () => {
    const order = new TestOrder({ customer_email: '' });
    const created = order.event('order.created');
    await notifier.deliver(created);
    expect(await notifier.emails(created)).toEqual([]);
  });

  it('fail for an unreadable message, so that the queue keeps it', async () => {
    await expect(notifier.deliver('{')).rejects.toThrow('not a valid event');
    await expect(notifier.deliver(event('user.registered', user()))).rejects.toThrow(
      'No handler takes user.registered',
    );
  });
});

describeOnEachDatabase('an unverified address', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  const HOUR_MS = 3_600_000;
  let victims = 0;
  const victim = () => `victim-${(victims += 1)}@example.com`;
  const orderOf = (customer_email: string) => new TestOrder({ customer_email, customer_email_verified: false });

  it('gets little about an order, and nothing that the customer wrote', async () => {
    const to = victim();
    const order = new TestOrder({
      customer_email: to,
      customer_email_verified: false,
      customer_name: 'Mallory',
      shipping_address: 'See evil.example',
      ship_to: { name: 'See evil.example', line1: 'evil.example', city: 'evil', country: 'US' },
      note: 'See evil.example',
      cancel_reason: 'Go to evil.example',
    });
    await notifier.deliver(order.event('order.created'));
    await notifier.deliver(order.event('order.cancelled', 'pending', 2));
    const emails = notifier.mailer.sent.filter((email) => email.to === to);
    expect(emails).toHaveLength(2);
    for (const { subject, html, text } of emails) {
      expect([subject, html, text].join()).not.toMatch(/evil|Mallory|Mouse/);
      for (const part of [html, text]) expect(part).toMatch(/60\.00 USD|Nobody has confirmed/);
    }
  });

  it('gets e-mails about three new matters an hour, whoever causes them, and every transition of an announced order', async () => {
    const to = victim();
    const orders = Array.from({ length: 20 }, () => orderOf(to));
    await Promise.all(orders.map((order) => notifier.deliver(order.event('order.created'))));
    expect(notifier.mailer.templatesTo(to)).toHaveLength(3);
    const link = { user_id: nextId(), email: to, full_name: 'Ann', email_verified: false };
    const expires_at = '2026-11-24T14:22:00.000Z';
    const requested = event('user.verification-requested', { ...link, token: 'abc', expires_at });
    await notifier.deliver(requested);
    expect(await notifier.email(requested)).toMatchObject({ status: 'suppressed', failure: 'recipient-limit' });
    for (const order of orders) await notifier.deliver(order.event('order.cancelled', 'pending', 2));
    expect(notifier.mailer.templatesTo(to).filter((template) => template === 'order-cancelled')).toHaveLength(3);

    notifier.clock.advance(HOUR_MS + 1);
    const later = event('user.verification-requested', { ...link, token: 'abc', expires_at });
    await notifier.deliver(later);
    await notifier.deliver(later);
    expect(notifier.mailer.templatesTo(to).at(-1)).toBe('verify-email');
    expect(notifier.mailer.templatesTo(to)).toHaveLength(7);
  });

  it('gets ten e-mails a day', async () => {
    const to = victim();
    for (let hour = 0; hour < 6; hour++) {
      for (let n = 0; n < 4; n++) await notifier.deliver(orderOf(to).event('order.created'));
      notifier.clock.advance(HOUR_MS + 1);
    }
    expect(notifier.mailer.templatesTo(to)).toHaveLength(10);
  });

  it('counts a retried e-mail once', async () => {
    const to = victim();
    const created = orderOf(to).event('order.created');
    let failures = 3;
    notifier.mailer.next = () =>
      failures-- > 0 ? Promise.reject(new EmailNotSentError('Throttling', 'no')) : Promise.resolve();
    await notifier.deliverUntilTaken(created);
    notifier.mailer.next = () => Promise.resolve();
    for (const order of [orderOf(to), orderOf(to), orderOf(to)]) await notifier.deliver(order.event('order.created'));
    expect(notifier.mailer.templatesTo(to)).toHaveLength(3);
  });

  it('is limited, but a verified one is not', async () => {
    const to = victim();
    const verified = () => new TestOrder({ customer_email: to, customer_email_verified: true });
    for (let n = 0; n < 12; n++) await notifier.deliver(verified().event('order.created'));
    expect(notifier.mailer.templatesTo(to)).toHaveLength(12);
  });
});

describeOnEachDatabase('personal data', (databaseUrl) => {
  let notifier: NotifierUnderTest;
  beforeAll(async () => {
    notifier = await NotifierUnderTest.start(databaseUrl());
  });
  afterAll(() => notifier.close());

  it('stays out of the ledger and the logs', async () => {
    const ann = user();
    const token = 'secret-token-of-ann';
    const expires_at = '2026-11-24T14:22:00.000Z';
    await notifier.deliver(event('user.verification-requested', { ...ann, token, expires_at }));
    notifier.mailer.next = () => Promise.reject(new EmailRefusedError('MessageRejected'));
    await notifier.deliver(event('user.password-changed', ann)).catch(() => undefined);
    notifier.mailer.next = () => Promise.resolve();
    const kept = JSON.stringify([await notifier.rows('emails'), notifier.lines]);
    for (const secret of [ann.email, ann.full_name, token]) expect(kept).not.toContain(secret);
  });

  it('is erased with the user', async () => {
    const ann = user();
    const changed = event('user.password-changed', ann);
    await notifier.deliver(changed);
    expect(await notifier.email(changed)).toMatchObject({
      userId: ann.user_id,
      recipientHash: expect.any(String) as string,
    });
    await notifier.deliver(event('user.deleted', { user_id: ann.user_id }));
    expect(await notifier.email(changed)).toMatchObject({ status: 'sent', userId: null, recipientHash: null });
  });

  it('is not written again by an event that arrives after the erasure', async () => {
    const ann = user();
    await notifier.deliver(event('user.deleted', { user_id: ann.user_id }));
    const late = event('user.password-changed', ann);
    await notifier.deliver(late);
    expect(await notifier.email(late)).toMatchObject({
      status: 'suppressed',
      failure: 'user-erased',
      userId: null,
      recipientHash: null,
    });
    expect(notifier.mailer.templatesTo(ann.email)).toEqual([]);
  });

  it('stops at a suppressed address: nothing is sent there, in any spelling', async () => {
    await notifier.ledger.suppressAddress('Bounced@Example.com', 'bounce');
    await notifier.ledger.suppressAddress('bounced@example.com', 'complaint');
    const created = new TestOrder({ customer_email: 'bounced@example.COM' }).event('order.created');
    await notifier.deliver(created);
    expect(await notifier.email(created)).toMatchObject({ status: 'suppressed', failure: 'address-suppressed' });
    expect(notifier.mailer.templatesTo('bounced@example.COM')).toEqual([]);
  });
});

describeOnEachDatabase('a notifier without a staff address', (databaseUrl) => {
  it('ignores low stock', async () => {
    const notifier = await NotifierUnderTest.start(databaseUrl(), { STAFF_EMAIL: undefined });
    const low = event('inventory.low', {
      product_id: 1,
      sku: 'M',
      name: 'M',
      available_quantity: 0,
      low_stock_threshold: 1,
    });
    await notifier.deliver(low);
    expect(await notifier.emails(low)).toEqual([]);
    await notifier.close();
  });
});
