import type { Cancellation, Order, Return, Shipment } from '../../../orders/src/orders-app.module.js';
import { type OrderParts, partStepsOf } from './part-steps.js';
import { orderPage } from './story.page.js';

const at = (minute: number) => new Date(Date.UTC(2026, 11, 1, 12, minute));
const ORDER = {
  currency: 'USD',
  lines: [
    { orderLineId: 5, name: 'Mouse' },
    { orderLineId: 6, name: '<Lamp>' },
  ],
} as Order;
const pieces = (order_item_id: number, quantity: number) => ({ order_item_id, quantity });
const parcel = (carrier: string | null, tracking_number: string | null) => ({
  ...{ carrier, tracking_number, tracking_url: null },
});
const SENT = {
  ...{ shipmentId: 1, status: 'delivered', items: [pieces(5, 2)] },
  parcels: [parcel('DHL', 'JD0146'), parcel('A friend', null)],
  ...{ createdAt: at(1), shippedAt: at(3), deliveredAt: at(5), updatedAt: at(5) },
} as Shipment;
const CANCELLATION = {
  ...{ cancellationId: 4, items: [pieces(6, 1)], amount: 3_990, reason: 'Out of stock', createdAt: at(2) },
} as Cancellation;
const RETURN = {
  ...{ returnId: 2, status: 'settled', items: [{ ...pieces(5, 2), reason: 'Too small' }] },
  received: [{ ...pieces(5, 1), condition: 'damaged', restock: false }],
  ...{ receivedValue: 2_999, refundAmount: 2_499, fee: 500, createdAt: at(6), updatedAt: at(9) },
} as Return;
const told = (minute: number, status: string, return_id = 2) => ({
  ...{ occurredAt: at(minute).toISOString(), requestId: `request-${minute}`, return: { return_id, status } },
});
const PARTS: OrderParts = {
  ...{ order: ORDER, shipments: [SENT], cancellations: [CANCELLATION], returns: [RETURN] },
  events: [
    { occurredAt: at(3).toISOString(), requestId: 'request-3' },
    ...[told(6, 'requested'), told(7, 'approved'), told(8, 'received'), told(4, 'approved', 3)],
  ],
};
const steps = (parts: Partial<OrderParts> = {}) =>
  partStepsOf({ ...PARTS, ...parts }).map(({ part, what, detail }) => `${part} ${what}: ${detail}`);

describe("the way of an order's pieces", () => {
  it('is every step of its shipments, cancellations and returns, in time order', () => {
    expect(steps()).toEqual([
      'shipment 1 prepared: ',
      'cancellation 4 cancelled: worth 39.90: Out of stock',
      'shipment 1 shipped: DHL JD0146, A friend',
      'shipment 1 delivered: ',
      'return 2 requested: Too small',
      'return 2 approved: ',
      'return 2 received: 1 damaged; worth 29.99',
      'return 2 settled: refund 24.99, fee 5.00',
    ]);
    const [, cancelled, shipped] = partStepsOf(PARTS);
    expect([cancelled?.pieces, cancelled?.requestId]).toEqual(['1 × <Lamp>', undefined]);
    expect([shipped?.pieces, shipped?.requestId]).toEqual(['2 × Mouse', 'request-3']);
  });

  it('leaves out what no row and no event knows', () => {
    expect(steps({ events: [], shipments: [], cancellations: [] })).toEqual([
      'return 2 requested: Too small',
      'return 2 settled: refund 24.99, fee 5.00',
    ]);
    const rejected = { ...RETURN, status: 'rejected', rejectionReason: 'It was worn.' } as Return;
    expect(steps({ shipments: [], cancellations: [], returns: [rejected], events: [] }).at(-1)).toBe(
      'return 2 rejected: It was worn.',
    );
  });

  it.each([
    ['shipped at once', { createdAt: at(3) }, ['shipped', 'delivered']],
    ['on its way', { deliveredAt: null, status: 'shipped' }, ['prepared', 'shipped']],
    ['lost', { deliveredAt: null, status: 'lost' }, ['prepared', 'shipped', 'lost']],
    ['unpacked', { shippedAt: null, deliveredAt: null, status: 'cancelled' }, ['prepared', 'cancelled']],
  ])('has the steps of a shipment that is %s', (_, over, wanted) => {
    const shipments = [{ ...SENT, ...over } as Shipment];
    const found = partStepsOf({ ...PARTS, shipments, cancellations: [], returns: [] });
    expect(found.map(({ what }) => what)).toEqual(wanted);
  });

  it('stands on the page of the order, if there is any', () => {
    const page = orderPage(7, { costs: [], money: [], parts: partStepsOf(PARTS), stories: [] });
    expect(page).toContain('<td>1 × &#60;Lamp&#62;</td>');
    expect(page).toContain('<a href="/dev/requests/request-3">request-3</a>');
    expect(page).toContain('<td>no event tells</td>');
    expect(orderPage(7, { costs: [], money: [], parts: [], stories: [] })).not.toContain('Shipments, cancellations');
  });
});
