import { ORDER_STATUSES, type OrderStatus } from './order-status.js';
import { takeStep } from './order-steps.js';
import { Order } from './order.entity.js';
import { OrderLine } from './order-line.entity.js';

const [MORNING, EVENING] = [new Date('2026-11-30T08:00:00Z'), new Date('2026-11-30T20:00:00Z')];

const line = (quantity: number): OrderLine =>
  Object.assign(new OrderLine(), {
    quantity,
    quantityPrepared: 0,
    quantityShipped: 0,
    quantityCancelled: 0,
    quantityReturned: 0,
  });
const pending = (): Order =>
  Object.assign(new Order(), {
    status: 'pending',
    orderTotal: 750,
    amountPaid: 0,
    amountAuthorized: 0,
    amountRefunded: 0,
    amountDisputed: 0,
    creditedTotal: 0,
    deliveredAt: null,
    lines: [line(3), line(1)],
  });
const after = (...steps: OrderStatus[]): Order => {
  const order = pending();
  for (const step of steps) takeStep(order, step, MORNING);
  return order;
};
const shown = ({ status, paymentStatus, fulfilmentStatus, amountPaid, amountDue, lines }: Order) => [
  ...[status, paymentStatus, fulfilmentStatus, amountPaid, amountDue],
  ...lines.map(({ pieces }) => pieces),
];

describe('a step of an order', () => {
  it.each<[OrderStatus[], unknown[]]>([
    [['pending'], ['pending', 'unpaid', 'unfulfilled', 0, 750, '0 0 0 0', '0 0 0 0']],
    [
      ['pending', 'paid'],
      ['paid', 'paid', 'unfulfilled', 750, 0, '0 0 0 0', '0 0 0 0'],
    ],
    [
      ['paid', 'shipped'],
      ['shipped', 'paid', 'shipped', 750, 0, '0 3 0 0', '0 1 0 0'],
    ],
    [
      ['paid', 'shipped', 'completed'],
      ['completed', 'paid', 'delivered', 750, 0, '0 3 0 0', '0 1 0 0'],
    ],
    [['cancelled'], ['cancelled', 'unpaid', 'unfulfilled', 0, 0, '0 0 3 0', '0 0 1 0']],
    [
      ['paid', 'cancelled'],
      ['cancelled', 'paid', 'unfulfilled', 750, 0, '0 0 3 0', '0 0 1 0'],
    ],
  ])('%j', (steps, expected) => {
    const order = after(...steps);
    expect(shown(order)).toEqual(expected);
    // Once more, later.
    takeStep(order, steps.at(-1) ?? 'pending', EVENING);
    expect(shown(order)).toEqual(expected);
    expect(order.deliveredAt).toEqual(steps.includes('completed') ? MORNING : null);
  });

  it('pays what is left, ships and cancels what is open', () => {
    const order = after();
    order.amountPaid = 700;
    takeStep(order, 'paid', MORNING);
    expect(shown(order).slice(0, 5)).toEqual(['paid', 'paid', 'unfulfilled', 750, 0]);
    Object.assign(order.lines[0] ?? {}, { quantityShipped: 1, quantityCancelled: 1 });
    takeStep(order, 'shipped', MORNING);
    expect(shown(order).slice(5)).toEqual(['0 2 1 0', '0 1 0 0']);
    const another = after('paid');
    Object.assign(another.lines[0] ?? {}, { quantityShipped: 2 });
    takeStep(another, 'cancelled', MORNING);
    expect(shown(another)).toEqual(['shipped', 'paid', 'shipped', 750, 0, '0 2 1 0', '0 0 1 0']);
  });

  it.each(ORDER_STATUSES)('to %s makes the status that it asks for', (status) => {
    const way = { pending: [], paid: [], shipped: ['paid'], completed: ['paid', 'shipped'], cancelled: [] } as const;
    expect(after(...way[status], status).status).toBe(status);
  });
});
