import type { OrderItemPayload, OrderPayload, ParcelPayload } from '@app/events';
import { TestOrder } from '../../../../test/support/sample-events.js';
import { partialCancellationView, returnView, shipmentView } from './part-mail.js';

const line = (over: Partial<OrderItemPayload>): OrderItemPayload => ({
  ...{ product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 3, price_at_order: '20.00', line_total: '60.00' },
  ...over,
});
const cable = { product_id: 2, sku: '', name: 'Cable', quantity: 1, price_at_order: '4.00', line_total: '4.00' };
const STRANGER = {
  customer_email_verified: false,
  customer_name: 'Mallory',
  shipping_address: 'See evil.example',
  cancel_reason: 'Go to evil.example',
};

describe('the e-mail about a shipment', () => {
  const items = (mice: Partial<OrderItemPayload>, cables: Partial<OrderItemPayload>) => [
    line({ quantity_shipped: 1, quantity_cancelled: 0, ...mice }),
    { ...cable, quantity_shipped: 0, quantity_cancelled: 0, ...cables },
  ];
  const viewOf = (over: Partial<OrderPayload>) => shipmentView(new TestOrder(over).shipment().payload);
  const parcel = (over: Partial<ParcelPayload>) => ({
    carrier: null,
    tracking_number: null,
    tracking_url: null,
    ...over,
  });

  it('says what is still to come', () => {
    const view = viewOf({ items: items({}, {}) });
    expect(view).toMatchObject({ partly: true, later: false, pieces: [{ name: 'Mouse', count: '1 piece' }] });
    expect(view.to_come).toEqual([
      { name: 'Mouse', sku: 'M-1', count: '2 pieces' },
      { name: 'Cable', sku: null, count: '1 piece' },
    ]);
  });

  it.each([
    ['cancelled', items({ quantity_cancelled: 2 }, { quantity_cancelled: 1 }), false],
    ['shipped before', items({ quantity_shipped: 3 }, { quantity_shipped: 1 }), true],
    ['not told of by a publisher of before', [line({}), cable], false],
  ])('expects nothing that was %s', (_, each, later) => {
    expect(viewOf({ items: each })).toMatchObject({ partly: false, later, to_come: [] });
  });

  it('counts the parcels', () => {
    const titles = (parcels: ParcelPayload[]) =>
      shipmentView(new TestOrder().shipment({ parcels }).payload).parcels.map(({ title }) => title);
    expect(titles([])).toEqual([]);
    expect(titles([parcel({})])).toEqual(['Parcel']);
    expect(titles([parcel({}), parcel({})])).toEqual(['Parcel 1 of 2', 'Parcel 2 of 2']);
  });

  it.each([
    ['https://dhl.example/T 1?a=1\n', 'https://dhl.example/T%201?a=1'],
    ['http://dhl.example/T1', 'http://dhl.example/T1'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['dhl.example/T1', null],
    [null, null],
  ])('links %j as %j', (tracking_url, link) => {
    const [shown] = shipmentView(new TestOrder().shipment({ parcels: [parcel({ tracking_url })] }).payload).parcels;
    expect(shown?.link).toBe(link);
  });

  it('shows an unverified address the parcel, but neither goods nor texts', () => {
    const view = viewOf({ ...STRANGER, items: items({}, {}) });
    expect(view).toMatchObject({ brief: true, partly: true, parcels: [{ carrier: 'DHL' }] });
    expect(JSON.stringify(view)).not.toMatch(/Mouse|Cable|evil|Mallory/);
  });
});

describe('the e-mail about a part that was cancelled', () => {
  const viewOf = (over: Partial<OrderPayload>, amount = '20.00') =>
    partialCancellationView(new TestOrder(over).partialCancellation({ amount }).payload);

  it('says why, and what remains', () => {
    const items = [line({ quantity_cancelled: 1 }), { ...cable, quantity_cancelled: 1 }];
    expect(viewOf({ items, cancel_reason: 'Damaged' })).toMatchObject({
      pieces: [{ name: 'Mouse', count: '1 piece' }],
      reason: 'Damaged',
      remaining: [{ name: 'Mouse', sku: 'M-1', count: '2 pieces' }],
    });
    expect(viewOf({}).remaining).toEqual([]);
  });

  it.each(['paid', 'overpaid', 'partially_refunded', 'refunded', 'disputed'])('says what of %s goes back', (status) => {
    expect(viewOf({ payment_status: status })).toMatchObject({ refund: '20.00', currency: 'USD' });
    expect(viewOf({ payment_status: status }, '0.00').refund).toBeNull();
  });

  it.each(['unpaid', 'partially_paid', 'authorized'])('promises nothing of %s', (status) => {
    const { payload } = new TestOrder({ payment_status: status }).partialCancellation();
    expect(partialCancellationView(payload).refund).toBeNull();
  });

  it('promises nothing if the publisher does not say what was paid', () => {
    const { payload } = new TestOrder().partialCancellation();
    delete payload.payment_status;
    expect(partialCancellationView(payload).refund).toBeNull();
  });

  it('shows an unverified address neither goods nor texts', () => {
    const view = viewOf({ ...STRANGER, items: [line({ quantity_cancelled: 1 })] });
    expect(JSON.stringify(view)).not.toMatch(/Mouse|evil|Mallory/);
    expect(view).toMatchObject({ brief: true, refund: '20.00' });
  });
});

describe('the e-mail about a return', () => {
  const piece = { product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 2, quantity_restocked: null };

  it.each([
    [null, '2 pieces'],
    [2, '2 pieces'],
    [1, '1 of 2 pieces'],
    [0, '0 of 2 pieces'],
  ])('of whose two pieces %s arrived shows %s', (quantity_received, count) => {
    const items = [{ ...piece, quantity_received }];
    const { pieces } = returnView(new TestOrder().return('return.received', { items }).payload);
    expect(pieces).toEqual([{ name: 'Mouse', sku: 'M-1', count }]);
  });

  it.each([
    ['20.00', '0.00', { refund: '20.00', fee: null }],
    ['0.00', '20.00', { refund: null, fee: '20.00' }],
    ['0', '0', { refund: null, fee: null }],
    [null, null, { refund: null, fee: null }],
  ])('of which %s goes back and %s is kept shows %j', (refund_amount, fee, shown) => {
    expect(returnView(new TestOrder().return('return.settled', { refund_amount, fee }).payload)).toMatchObject(shown);
  });

  it('shows an unverified address neither goods nor the reason', () => {
    const view = returnView(new TestOrder(STRANGER).return('return.rejected').payload);
    expect(view).toMatchObject({ brief: true, reason: null, pieces: [], customer_name: null });
  });
});
