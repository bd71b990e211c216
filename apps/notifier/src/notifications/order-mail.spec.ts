import type { OrderPayload } from '@app/events';
import { TestOrder } from '../../../../test/support/sample-events.js';
import { emailsBefore, needsNoEmail } from './order-mail.js';

const FREE = { order_total: '0.00', payment_status: 'paid' };
const cancelled = (previous: string, over: Partial<OrderPayload> = {}) =>
  new TestOrder(over).event('order.cancelled', previous).payload;

describe('the e-mails of an order', () => {
  it.each([
    ['pending', {}, ['order-confirmation']],
    ['paid', { payment_status: 'paid' }, ['order-confirmation', 'order-paid']],
    ['paid', FREE, ['order-confirmation']],
    ['shipped', {}, []],
  ])('before it was cancelled, %s and %j: %j', (previous, over, emails) => {
    expect(emailsBefore('order.cancelled', cancelled(previous, over))).toEqual(emails);
  });

  it('are none about a payment where nothing was to be paid', () => {
    const paid = (over: Partial<OrderPayload>) => new TestOrder(over).event('order.paid').payload;
    expect(needsNoEmail('order.paid', paid(FREE))).toBe(true);
    expect(needsNoEmail('order.created', paid(FREE))).toBe(false);
    expect(needsNoEmail('order.paid', paid({ ...FREE, order_total: '0.10' }))).toBe(false);
    // A publisher of before, which wrote an e-mail for every event.
    expect(needsNoEmail('order.paid', paid({ order_total: '0.00' }))).toBe(false);
  });

  it('are none about an order that has left where each shipment is told of', () => {
    const item = {
      product_id: 1,
      sku: 'M-1',
      name: 'Mouse',
      quantity: 3,
      price_at_order: '20.00',
      line_total: '60.00',
    };
    const told = { ...item, quantity_shipped: 3 };
    const shipped = (items: OrderPayload['items']) => new TestOrder({ items }).event('order.shipped').payload;
    expect(needsNoEmail('order.shipped', shipped([told, told]))).toBe(true);
    expect(needsNoEmail('order.completed', shipped([told]))).toBe(false);
    // Publishers of before, which write of no shipment.
    expect(needsNoEmail('order.shipped', shipped([told, item]))).toBe(false);
    expect(needsNoEmail('order.shipped', shipped([]))).toBe(false);
  });
});
