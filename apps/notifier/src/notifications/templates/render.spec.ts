import { previews } from './previews.js';
import type { PartialCancellationView, ReturnView, ShipmentView } from './part-views.js';
import { render, TEMPLATE_NAMES } from './render.js';
import { greetingName, manyLines, oneLine, oneLineOrNull, type OrderView, percent, readableTime } from './views.js';

const order: OrderView = {
  order_id: '17',
  ordered_at: null,
  customer_name: 'Ann',
  lines: [{ name: 'Mouse', sku: 'M-1', quantity: 3, price: '19.90', total: '59.70' }],
  ...{ subtotal: null, discount: null, shipping: null, taxes: [], taxes_included: false },
  order_total: '59.70',
  currency: 'USD',
  address_lines: [],
  carrier: null,
  tracking_number: null,
  cancel_reason: null,
  brief: false,
  free: false,
};
const tax = { name: 'VAT', percent: '20%', amount: '12.92' };
const charged = {
  ...{ subtotal: '59.70', discount: '5.00', shipping: { name: 'Parcel', total: '4.90' }, order_total: '73.02' },
  taxes: [tax, { name: 'City tax', percent: '0.8125%', amount: '0.50' }],
};

describe('every template', () => {
  it.each(TEMPLATE_NAMES)('%s has a one-line subject, an HTML part and a text part without markup', (name) => {
    const { subject, html, text } = previews()[name];
    expect(subject).toMatch(/^[^\r\n]+$/);
    expect(html).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<\/?[a-z]|&\w+;|\n\n\n|^\s|\{\{|undefined|null/);
    expect(html).not.toMatch(/\{\{|undefined|null/);
  });

  it.each(TEMPLATE_NAMES)('%s shows each link of the HTML part as plain text, in the text part too', (name) => {
    const { html, text } = previews()[name];
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) {
      expect(html).toContain(`>${href}</a>`);
      expect(text.split('\n')).toContain(href);
    }
  });
});

describe('order e-mails', () => {
  it.each(['order-confirmation', 'order-paid', 'order-shipped', 'order-completed', 'order-cancelled'] as const)(
    '%s shows the lines and the total in both parts',
    (name) => {
      const { subject, html, text } = render(name, order);
      expect(subject).toContain('17');
      for (const part of [html, text]) {
        for (const value of ['17', 'Mouse', 'M-1', '3 × 19.90', '59.70 USD']) expect(part).toContain(value);
      }
    },
  );

  it.each(['order-confirmation', 'order-cancelled'] as const)('%s is brief for an unverified address', (name) => {
    const { html, text } = render(name, { ...order, customer_name: null, lines: [], brief: true });
    for (const part of [html, text]) {
      for (const value of ['17', '59.70 USD', 'Nobody has confirmed this e-mail address'])
        expect(part).toContain(value);
      expect(part).toContain('Hello,');
      expect(part).not.toContain('Mouse');
    }
    expect(render(name, order).text).not.toContain('Nobody has confirmed');
  });

  it('show what the lines, shipping and the tax that is added come to', () => {
    const { html, text } = render('order-paid', { ...order, ...charged });
    expect(text).toContain(`- Mouse
  M-1, 3 × 19.90 = 59.70

Subtotal: 59.70
Discount: -5.00
Shipping: 4.90 (Parcel)
Tax, 20%: 12.92 (VAT)
Tax, 0.8125%: 0.50 (City tax)
Total: 73.02 USD
`);
    const cells = [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell.replace(/<\/?b(di)?>/g, ''));
    expect(cells.slice(3)).toEqual([
      ...['Subtotal', '59.70', 'Discount', '-5.00', 'Shipping: Parcel', '4.90'],
      ...['VAT 20%', '12.92', 'City tax 0.8125%', '0.50', 'Total', '73.02 USD'],
    ]);
  });

  it('show below the total the tax that it includes, and shipping that costs nothing', () => {
    const view = {
      ...order,
      subtotal: '59.70',
      shipping: { name: null, total: '0.00' },
      taxes: [tax],
      taxes_included: true,
    };
    const { html, text } = render('order-completed', view);
    expect(text).toContain(`Subtotal: 59.70
Shipping: 0.00
Total: 59.70 USD
Including tax, 20%: 12.92 (VAT)
`);
    expect(html.replace(/<[^>]+>/g, ' ')).toMatch(/Total\s+59\.70 USD\s+Including\s+VAT\s+20%\s+12\.92/);
  });

  it('show only a total if the order costs nothing but its lines', () => {
    const { html, text } = render('order-paid', order);
    expect(text).toBe(`Your payment has arrived

Hello Ann,

your order 17 is paid. We are getting it ready to be shipped.

- Mouse
  M-1, 3 × 19.90 = 59.70

Total: 59.70 USD
`);
    expect(html).not.toMatch(/Subtotal|Shipping|Including|\n\n<tr/);
  });

  it('confirm an order that costs nothing without asking for money', () => {
    const free = render('order-confirmation', { ...order, order_total: '0.00', free: true });
    for (const part of [free.html, free.text]) {
      expect(part).toContain('order 17. There is nothing to pay, and we are getting it ready to be shipped.');
      expect(part).not.toContain('once it is paid');
    }
    expect(render('order-confirmation', order).text).toContain('order 17 and keep the goods for you. We write again');
  });

  it('shows carrier and tracking number once shipped, and nothing if they are missing', () => {
    const shipped = render('order-shipped', { ...order, carrier: 'DHL', tracking_number: 'T123' });
    for (const part of [shipped.html, shipped.text]) expect(part).toMatch(/DHL[^]*T123/);
    expect(render('order-shipped', order).text).not.toMatch(/Carrier|Tracking/);
  });

  it('shows the reason of a cancellation and the delivery address', () => {
    const view = { ...order, cancel_reason: 'Ordered twice', address_lines: ['1 Long Street', 'Springfield'] };
    const { html, text } = render('order-cancelled', view);
    expect(text).toContain('Reason: Ordered twice');
    expect(text).toContain('Delivery to:\n  1 Long Street\n  Springfield');
    expect(html).toContain('<bdi>1 Long Street</bdi><br><bdi>Springfield</bdi>');
  });
});

describe('e-mails about a part of an order', () => {
  const mouse = { name: 'Mouse', sku: 'M-1' };
  const part = { order_id: '17', customer_name: 'Ann', pieces: [{ ...mouse, count: '2 pieces' }], brief: false };
  const parcel = { title: 'Parcel', carrier: 'DHL', tracking_number: 'T123', link: 'https://dhl.example/T123' };
  const shipment: ShipmentView = {
    ...part,
    ...{ parcels: [parcel], address_lines: ['1 Long Street', 'Bath'], partly: false, later: false, to_come: [] },
  };
  const cancelled: PartialCancellationView = { ...part, reason: null, refund: null, currency: 'USD', remaining: [] };
  const returned: ReturnView = { ...part, return_id: '58', reason: null, refund: null, fee: null, currency: 'USD' };
  const nobody = { customer_name: null, pieces: [], brief: true };

  it('show what has been shipped, each parcel and where it goes', () => {
    const parcels = [
      { ...parcel, title: 'Parcel 1 of 2' },
      { title: 'Parcel 2 of 2', carrier: null, tracking_number: null, link: null },
    ];
    const { subject, html, text } = render('shipment-shipped', { ...shipment, parcels });
    expect(subject).toBe('Order 17 shipped: it is on its way');
    expect(text).toBe(`On its way to you

Hello Ann,

your order 17 has been shipped.

Parcel 1 of 2: DHL
Tracking number: T123
https://dhl.example/T123

Parcel 2 of 2
Without a tracking number

In this shipment:
- Mouse
  M-1, 2 pieces

Delivery to:
  1 Long Street
  Bath
`);
    expect(html).toContain(
      '<a href="https://dhl.example/T123" style="word-break:break-all">https://dhl.example/T123</a>',
    );
    expect(html.match(/<a /g)).toHaveLength(1);
    expect(html).toMatch(/<bdi>Mouse<\/bdi>[^]*M-1[^]*2 pieces/);
  });

  it('say whether the rest follows, or has come', () => {
    const partly = { ...shipment, partly: true, to_come: [{ ...mouse, count: '1 piece' }] };
    const { subject, html, text } = render('shipment-shipped', partly);
    expect(subject).toBe('Order 17 shipped in part: it is on its way');
    for (const tells of [html, text])
      expect(tells).toMatch(
        /a part of your order 17 has been shipped\. The rest follows\.[^]*Still to come:[^]*1 piece/,
      );
    expect(render('shipment-shipped', { ...shipment, later: true }).text).toContain(
      'the rest of your order 17 has been',
    );
    expect(render('shipment-shipped', shipment).text).not.toMatch(/rest|Still/);
  });

  it('show what was cancelled, why, what goes back and what remains', () => {
    const remaining = [{ ...mouse, count: '1 piece' }];
    const view = { ...cancelled, reason: 'Damaged', refund: '39.80', remaining };
    for (const name of ['html', 'text'] as const)
      expect(render('order-partially-cancelled', view)[name].replace(/<[^>]+>/g, '')).toMatch(
        /Reason: Damaged[^]*Cancelled:[^]*2 pieces[^]*We refund 39\.80 USD\.[^]*remains[^]*1 piece/,
      );
    expect(render('order-partially-cancelled', cancelled).text).not.toMatch(/Reason|refund|remains/);
  });

  it.each([
    ['return-requested', {}, /we have noted[^]*To be returned:[^]*2 pieces[^]*keep the goods until then/],
    ['return-approved', {}, /is approved\. Please send the goods back[^]*2 pieces/],
    ['return-rejected', { reason: 'They were used' }, /cannot take back[^]*Reason: They were used[^]*2 pieces/],
    ['return-received', {}, /have received[^]*What arrived:[^]*2 pieces/],
    [
      'return-settled',
      { refund: '34.80', fee: '5.00' },
      /settled\. We refund 34\.80 USD\.[^]*fee of 5\.00 USD[^]*2 pieces/,
    ],
    ['return-settled', { fee: '5.00' }, /settled\. There is no refund for it\.[^]*fee of 5\.00 USD[^]*2 pieces/],
  ] as const)('%s shows its return, %j', (name, over, expected) => {
    const { subject, html, text } = render(name, { ...returned, ...over });
    expect(subject).toContain('Return 58 of order 17');
    for (const tells of [html.replace(/<[^>]+>/g, ''), text]) expect(tells).toMatch(expected);
  });

  it('speak of no reason, refund and fee that there is not', () => {
    expect(render('return-rejected', returned).text).not.toContain('Reason');
    const settled = render('return-settled', returned);
    expect([settled.subject, settled.text].join()).not.toMatch(/We refund|fee|: we/);
  });

  it('are brief for an unverified address', () => {
    const emails = [
      render('shipment-shipped', { ...shipment, ...nobody, address_lines: [] }),
      render('order-partially-cancelled', { ...cancelled, ...nobody }),
      render('return-received', { ...returned, ...nobody }),
    ];
    for (const { html, text } of emails)
      for (const tells of [html, text]) {
        expect(tells).toContain('Nobody has confirmed this e-mail address');
        expect(tells).toContain('17');
        expect(tells).not.toMatch(/Mouse|arrived:|In this/);
      }
  });
});

describe('account e-mails', () => {
  it('show the link, and the token separately', () => {
    const token = 'a-b_c0123456789';
    const link = `http://127.0.0.1:3000/account/verify-email#token=${token}`;
    const { html, text } = render('verify-email', { customer_name: null, link, token, expires_at: 'tomorrow' });
    expect(html).toContain(`href="${link}"`);
    expect(text.split(/\s+/)).toEqual(expect.arrayContaining([link, token]));
    expect(text).toContain('Hello,');
  });

  it('keep a hostile link inside its attribute', () => {
    const link = 'https://x.example/"><script>&a=1';
    const { html } = render('password-reset', { customer_name: null, link, token: 't', expires_at: 'tomorrow' });
    expect(html).not.toContain('<script>');
    expect(html).toContain('href="https://x.example/&#34;&#62;&#60;script&#62;&#38;a=1"');
  });
});

describe('hostile values', () => {
  const hostile = '<script>alert("1")</script>{{constructor}}{{{lines}}}';
  const view = {
    ...order,
    customer_name: hostile,
    lines: [{ name: hostile, sku: hostile, quantity: 1, price: hostile, total: hostile }],
    ...{ subtotal: hostile, discount: hostile, shipping: { name: hostile, total: hostile } },
    taxes: [{ name: hostile, percent: hostile, amount: hostile }],
    order_total: hostile,
    currency: hostile,
    address_lines: [hostile],
    carrier: hostile,
    tracking_number: hostile,
    cancel_reason: hostile,
  };

  it.each(['order-shipped', 'order-cancelled'] as const)(
    '%s escapes every value in HTML and keeps it in text',
    (name) => {
      const { html, text } = render(name, view);
      expect(html).not.toContain('<script');
      expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;{{constructor}}{{{lines}}}');
      expect(text).toContain(hostile);
    },
  );

  it('are escaped in e-mails about accounts and payments, and to staff', () => {
    const changed = render('password-changed', { customer_name: hostile });
    const stock = { sku: hostile, product_name: hostile, available_quantity: 1, low_stock_threshold: 2 };
    const payment = { order_id: '17', payment_id: '3', amount: '12.00', currency: 'USD' };
    const failed = { ...payment, customer_name: hostile, brief: false, reason: hostile, link: 'https://shop.example' };
    const emails = [
      changed,
      render('low-stock', stock),
      render('payment-failed', failed),
      render('refund-made', { ...failed, by_card: true }),
      render('refund-failed', { ...payment, refund_id: '4', failure_code: hostile }),
      render('dispute-opened', { ...payment, dispute_ref: hostile, status: 'open' }),
    ];
    for (const { html } of emails) {
      expect(html).not.toContain('<script');
      expect(html).toContain('&lt;script&gt;');
    }
  });

  it('are escaped in e-mails about parts of an order', () => {
    const pieces = [{ name: hostile, sku: hostile, count: hostile }];
    const part = { order_id: '17', customer_name: hostile, pieces, brief: false };
    const parcels = [
      { title: 'Parcel', carrier: hostile, tracking_number: hostile, link: 'https://x.example/"><script>' },
    ];
    const goes = { address_lines: [hostile], partly: true, later: true, to_come: pieces };
    const money = { refund: hostile, currency: hostile };
    const emails = [
      render('shipment-shipped', { ...part, ...goes, parcels }),
      render('order-partially-cancelled', { ...part, ...money, reason: hostile, remaining: pieces }),
      render('return-rejected', { ...part, ...money, return_id: '58', reason: hostile, fee: hostile }),
      render('return-settled', { ...part, ...money, return_id: '58', reason: hostile, fee: hostile }),
    ];
    for (const { html, text } of emails) {
      expect(html).not.toContain('<script');
      expect(html).toContain('&lt;script&gt;');
      expect(text).toContain(hostile);
    }
    expect(emails[0]?.html).toContain('href="https://x.example/&#34;&#62;&#60;script&#62;"');
  });

  it('cannot break a subject into a header', () => {
    const stock = { sku: 'A\r\nBcc: x@example.com', product_name: 'x', available_quantity: 1, low_stock_threshold: 2 };
    expect(render('low-stock', stock).subject).toBe('Low stock: A Bcc: x@example.com (1 left)');
  });

  it('throw when a field is missing, rather than send an incomplete e-mail', () => {
    const incomplete: Partial<OrderView> = { ...order };
    delete incomplete.order_total;
    expect(() => render('order-paid', incomplete as OrderView)).toThrow('order_total');
  });
});

describe('user text', () => {
  it('becomes one line without control characters or marks that reverse the text direction', () => {
    expect(oneLine(' a\r\nb\u0000\u202ec\u2028d\t')).toBe('a b c d');
    expect([oneLineOrNull(' \n '), oneLineOrNull(undefined), oneLineOrNull('x')]).toEqual([null, null, 'x']);
  });

  it('keeps emoji, accents and right-to-left names', () => {
    for (const name of ['👩‍👩‍👧 Zoë', 'שלום עולם', '李 小龍']) {
      expect(oneLine(name)).toBe(name);
      const { html, text } = render('password-changed', { customer_name: name });
      expect(html).toContain(`<bdi>${name}</bdi>`);
      expect(text).toContain(`Hello ${name},`);
    }
  });

  it('keeps the lines of an address', () => {
    expect(manyLines('1 Long Street\r\n\r\n Springfield\u2028USA ')).toEqual(['1 Long Street', 'Springfield', 'USA']);
    expect(manyLines(null)).toEqual([]);
  });
});

it('formats times for people, in UTC', () => {
  expect(readableTime('2026-11-22T14:22:00.000Z')).toBe('22 November 2026 at 14:22 UTC');
});

it.each([
  ['0.19', '19%'],
  ['0.0625', '6.25%'],
  ['0.000001', '0.0001%'],
  ['0', '0%'],
  ['1', '100%'],
])('formats the rate %s for people: %s', (rate, text) => {
  expect(percent(rate)).toBe(text);
});

describe('greetingName', () => {
  it.each([
    'Ann',
    ' Ann  Example ',
    'J. R. R. Tolkien',
    'Jean-Luc O’Neill',
    'María José',
    '李小龙',
    'Ann (2)',
    'Henry VIII.',
  ])('greets %s', (name) => {
    expect(greetingName(name)).toBe(name.trim());
  });

  it.each([
    'https://evil.example/win',
    'Win at evil.example',
    'evil.example',
    'EVIL.EXAMPLE/x',
    'www evil',
    'evil\uff0eexample',
    'evil\u3002example',
    'münchen.example',
    'xn--mnchen-3ya.example',
    'you@evil.example',
    'hxxp:evil',
    '//evil',
    'Call +49 151 2345',
    '  ',
  ])('greets nobody as %j', (name) => {
    expect(greetingName(name)).toBeNull();
  });
});
