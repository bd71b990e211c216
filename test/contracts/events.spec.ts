import { readFileSync } from 'node:fs';
import {
  type Envelope,
  EVENT_TYPES,
  type EventType,
  jsonSchemaOf,
  makeEnvelope,
  MalformedMessageError,
  MAX_ORDER_TOTAL,
  OLDER_EVENT_TYPES,
  type OrderPayload,
  parseMessage,
  PAYLOAD_CLASSES,
} from '@app/events';
import { formatMoney } from '@app/kernel';

const golden = (name: string): string => readFileSync(`test/contracts/events/${name}.json`, 'utf8');
const goldenEnvelope = (type: EventType): Envelope => JSON.parse(golden(type)) as Envelope;

function publish<K extends EventType>(type: K, from: Envelope<K>): Envelope<K> {
  return makeEnvelope(type, { ...from, occurred_at: new Date(from.occurred_at) });
}

describe.each(EVENT_TYPES)('the contract of %s', (type) => {
  it('matches what the publisher writes', () => {
    const fixture = goldenEnvelope(type);
    const written = JSON.parse(JSON.stringify(publish(type, fixture))) as Envelope;
    expect({ ...written, event_id: fixture.event_id }).toEqual(fixture);
    expect(written.event_id).not.toBe(fixture.event_id);
  });

  it('matches what the consumer reads, as an instance of its payload class', () => {
    const read = parseMessage(golden(type));
    expect(read.payload).toBeInstanceOf(PAYLOAD_CLASSES[type]);
    expect(JSON.parse(JSON.stringify(read))).toEqual(goldenEnvelope(type));
  });

  it('is the same if SNS wraps it', () => {
    const wrapped = JSON.stringify({ Type: 'Notification', MessageId: 'm-1', Message: golden(type) });
    expect(parseMessage(wrapped)).toEqual(parseMessage(golden(type)));
  });

  it.each(requiredFieldsOf(type))('requires %s on both sides', (field) => {
    const fixture = goldenEnvelope(type);
    const payload: Record<string, unknown> = { ...fixture.payload };
    delete payload[field];
    const broken = { ...fixture, payload } as unknown as Envelope;
    expect(() => publish(type, broken)).toThrow(field);
    expect(() => parseMessage(JSON.stringify(broken))).toThrow(MalformedMessageError);
  });

  it('accepts a field that the publisher adds later', () => {
    const fixture = goldenEnvelope(type);
    const newer = JSON.stringify({ ...fixture, zone: 'a', payload: { ...fixture.payload, added_later: true } });
    expect(parseMessage(newer)).toEqual(parseMessage(golden(type)));
  });
});

describe('an order event with every optional field', () => {
  const fixture = JSON.parse(golden('order.shipped.full')) as Envelope<'order.shipped'>;

  it('is what the publisher writes and the consumer reads', () => {
    const written = JSON.parse(JSON.stringify(publish('order.shipped', fixture))) as Envelope;
    expect({ ...written, event_id: fixture.event_id }).toEqual(fixture);
    expect(JSON.parse(JSON.stringify(parseMessage(golden('order.shipped.full'))))).toEqual(fixture);
  });

  it('has all of them, so that none changes unnoticed', () => {
    expect(Object.keys(fixture.payload).sort()).toEqual(Object.keys(properties('order.shipped')).sort());
  });

  it.each<[string, object]>([
    ['an address that is text', { ship_to: 'London' }],
    ['an address that is a list', { ship_to: [] }],
    ['an address without a city', { ship_to: { ...fixture.payload.ship_to, city: undefined } }],
    ['a country by name', { bill_to: { ...fixture.payload.ship_to, country: 'Germany' } }],
    ['another payment status', { payment_status: 'pending' }],
    ['another fulfilment status', { fulfilment_status: 'lost' }],
    ['an amount that is a number', { amount_due: 0 }],
    ['tax lines that are an object', { tax_lines: { name: 'VAT', rate: '0.2', amount: '14.74' } }],
    ['a rate that is a number', { tax_lines: [{ name: 'VAT', rate: 0.2, amount: '14.74' }] }],
    ['a rate above 1', { tax_lines: [{ name: 'VAT', rate: '20', amount: '14.74' }] }],
    ['a tax line without a name', { tax_lines: [{ rate: '0.2', amount: '14.74' }] }],
    ['more tax lines than an order has', { tax_lines: Array(102).fill(fixture.payload.tax_lines?.[0]) }],
    ['a shipping method that is text', { shipping_method: 'Standard' }],
    ['a phone number without its country', { ship_to: { ...fixture.payload.ship_to, phone: '02079460000' } }],
  ])('is refused on both sides with %s', (_, wrong) => {
    const broken = { ...fixture, payload: { ...fixture.payload, ...wrong } };
    expect(() => publish('order.shipped', broken)).toThrow('breaks its contract');
    expect(() => parseMessage(JSON.stringify(broken))).toThrow(MalformedMessageError);
  });
});

it.each(['JPY', 'USD', 'KWD', 'CLF'])('amounts in %s may be as high as the total of an order', (currency) => {
  const fixture = goldenEnvelope('order.created') as Envelope<'order.created'>;
  const costing = (order_total: string) => ({ ...fixture, payload: { ...fixture.payload, currency, order_total } });
  const most = costing(formatMoney(MAX_ORDER_TOTAL, currency));
  expect(publish('order.created', most).payload.order_total).toBe(most.payload.order_total);
  expect(parseMessage(JSON.stringify(most)).payload).toEqual(most.payload);
  expect(() => publish('order.created', costing(`${'9'.repeat(17)}.00`))).toThrow('order_total');
});

describe('an invalid event', () => {
  const created = goldenEnvelope('order.created');
  const order = created.payload as OrderPayload;
  const [line] = order.items;
  it.each<[string, object]>([
    ['a version from the future', { ...created, event_version: 2 }],
    ['an unknown type', { ...created, event_type: 'order.teleported' }],
    ['an inherited name as type', { ...created, event_type: 'constructor' }],
    ['an event id that is none', { ...created, event_id: '1' }],
    ['no payload', { ...created, payload: undefined }],
    ['a payload that is a list', { ...created, payload: [order] }],
    ['money as a number', { ...created, payload: { ...order, order_total: 79.97 } }],
    ['money with a single digit behind the point', { ...created, payload: { ...order, order_total: '79.9' } }],
    ['money with an exponent', { ...created, payload: { ...order, order_total: '1e3' } }],
    ['a status from elsewhere', { ...created, payload: { ...order, status: 'lost' } }],
    ['a line without a product', { ...created, payload: { ...order, items: [{ ...line, product_id: undefined }] } }],
    ['a line that is text', { ...created, payload: { ...order, items: ['mug'] } }],
    ['more lines than an order has', { ...created, payload: { ...order, items: Array(101).fill(line) } }],
    ['an e-mail with a line break', { ...created, payload: { ...order, customer_email: 'a@b.example\r\nBcc: c' } }],
  ])('%s', (_, message) => {
    expect(() => parseMessage(JSON.stringify(message))).toThrow(MalformedMessageError);
  });

  it.each(['', 'null', '[]', '"order.created"', '{', '{"Type":"Notification","Message":"{"}'])(
    'the body %s',
    (body) => {
      expect(() => parseMessage(body)).toThrow(MalformedMessageError);
    },
  );

  it('is refused without repeating its values', () => {
    const secret = 'someone@secret.example';
    const message = { ...created, payload: { ...order, status: secret, order_total: secret } };
    expect.assertions(3);
    try {
      parseMessage(JSON.stringify(message));
    } catch (error) {
      expect(String(error)).toContain('order_total');
      expect(String(error)).toContain('status');
      expect(String(error)).not.toContain(secret);
    }
  });
});

describe('the older spelling', () => {
  it.each([
    ['order_created', 'order.created', 'pending', 1],
    ['order_updated', 'order.paid', 'paid', 2],
    ['order_shipped', 'order.shipped', 'shipped', 3],
    ['order.created.flat', 'order.created', 'pending', 1],
    ['order.updated', 'order.paid', 'paid', 2],
  ])('%s is read as %s', (older, type, status, version) => {
    const read = parseMessage(golden(older));
    expect(read).toMatchObject({ event_type: type, aggregate_id: '42', aggregate_version: version });
    expect(read.payload).toMatchObject({
      order_id: 42,
      customer_email: 'ada@example.com',
      status,
      order_total: '79.97',
    });
  });

  it.each(['order_created', 'order.created.flat'])('%s keeps the lines and computes their totals', (name) => {
    const { items } = parseMessage(golden(name)).payload as OrderPayload;
    expect(items).toEqual([
      { product_id: 17, sku: '', name: 'Mug', quantity: 2, price_at_order: '29.99', line_total: '59.98' },
      { product_id: 23, sku: '', name: 'T-Shirt', quantity: 1, price_at_order: '19.99', line_total: '19.99' },
    ]);
  });

  it.each([
    ['JPY', 1_250, 2_500],
    ['KWD', '1.250', '2.500'],
    ['KWD', 1.25, 2.5],
    ['USD', 0.1 + 0.2, 0.6],
  ])('writes amounts in %s with its digits', (currency, price, order_total) => {
    const items = [{ product_id: 17, name: 'Mug', quantity: 2, price }];
    const message = { ...(JSON.parse(golden('order_created')) as object), currency, items, order_total };
    const { payload } = parseMessage(JSON.stringify(message)) as Envelope<'order.created'>;
    const [one, two] = { JPY: ['1250', '2500'], KWD: ['1.250', '2.500'], USD: ['0.30', '0.60'] }[currency] ?? [];
    expect(payload.items[0]).toMatchObject({ price_at_order: one, line_total: two });
    expect(payload).toMatchObject({ currency, order_total: two });
  });

  it('refuses an unknown currency', () => {
    const message = { ...(JSON.parse(golden('order_created')) as object), currency: 'ZZZ' };
    expect(() => parseMessage(JSON.stringify(message))).toThrow('order_total');
  });

  it('gets the same event id on every delivery, raw or wrapped, and each message a different one', () => {
    const ids = OLDER_EVENT_TYPES.map((type) => parseMessage(golden(type)).event_id);
    expect(OLDER_EVENT_TYPES.map((type) => parseMessage(golden(type)).event_id)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    const wrapped = JSON.stringify({ Type: 'Notification', Message: golden('order_created') });
    expect(parseMessage(wrapped).event_id).toBe(ids[0]);
  });

  it.each(['delivered', 'cancelled', 'shipped'])('maps an update to %s to that step', (status) => {
    const message = { ...(JSON.parse(golden('order_updated')) as object), status };
    const step = status === 'delivered' ? 'completed' : status;
    expect(parseMessage(JSON.stringify(message)).event_type).toBe(`order.${step}`);
  });

  it.each(['pondering', 'constructor'])('refuses an update to %s, a status without an e-mail', (status) => {
    const message = { ...(JSON.parse(golden('order_updated')) as object), status };
    expect(() => parseMessage(JSON.stringify(message))).toThrow(/status must be a step/);
  });

  it('refuses an order without a customer', () => {
    const message = { ...(JSON.parse(golden('order_created')) as object), customer_email: undefined };
    expect(() => parseMessage(JSON.stringify(message))).toThrow('customer_email');
  });
});

function properties(type: EventType): object {
  return jsonSchemaOf(PAYLOAD_CLASSES[type])['properties'] as object;
}

function requiredFieldsOf(type: EventType): string[] {
  return Object.keys(goldenEnvelope(type).payload).filter((field) => field !== 'customer_name');
}
