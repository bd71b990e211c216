import { render, type RenderedEmail, TEMPLATE_NAMES } from './render.js';
import type { ReturnView, ShipmentView } from './part-views.js';
import type { AccountView, LinkView, LowStockView, OrderView, TemplateName, Views } from './views.js';

const order: OrderView = {
  order_id: '1042',
  ordered_at: '22 November 2026 at 14:22 UTC',
  customer_name: 'Ann Example',
  lines: [
    { name: 'Wireless Mouse', sku: 'MOUSE-1', quantity: 3, price: '19.90', total: '59.70' },
    { name: 'Cable <2 m> & “adapter” 🔌', sku: 'CABLE-2', quantity: 1, price: '4.30', total: '4.30' },
    { name: 'עכבר אלחוטי', sku: 'MOUSE-7', quantity: 2, price: '18.00', total: '36.00' },
  ],
  subtotal: '100.00',
  discount: null,
  shipping: { name: 'Standard', total: '4.90' },
  taxes: [
    { name: 'Illinois sales tax', percent: '6.25%', amount: '3.73' },
    { name: 'Springfield tax', percent: '1%', amount: '0.40' },
  ],
  taxes_included: false,
  order_total: '109.03',
  currency: 'USD',
  address_lines: ['Ann Example', '1 Long Street', 'Springfield, IL 62704', 'United States'],
  carrier: null,
  tracking_number: null,
  cancel_reason: null,
  brief: false,
  free: false,
};
const part = { order_id: '1042', customer_name: 'Ann Example', brief: false };
const mice = { name: 'Wireless Mouse', sku: 'MOUSE-1' };
const shipment: ShipmentView = {
  ...part,
  pieces: [
    { ...mice, count: '2 pieces' },
    { name: 'Cable <2 m> & “adapter” 🔌', sku: 'CABLE-2', count: '1 piece' },
  ],
  parcels: [
    {
      title: 'Parcel 1 of 2',
      carrier: 'DHL',
      tracking_number: 'JD014600003412345678',
      link: 'https://www.dhl.com/track?tracking-id=JD014600003412345678',
    },
    { title: 'Parcel 2 of 2', carrier: 'City Bike', tracking_number: null, link: null },
  ],
  address_lines: order.address_lines,
  partly: true,
  later: false,
  to_come: [
    { ...mice, count: '1 piece' },
    { name: 'עכבר אלחוטי', sku: 'MOUSE-7', count: '2 pieces' },
  ],
};
const returned: ReturnView = {
  ...part,
  return_id: '58',
  pieces: [{ ...mice, count: '2 pieces' }],
  reason: null,
  refund: null,
  fee: null,
  currency: 'USD',
};
const account: AccountView = { customer_name: 'Ann Example' };
const link: LinkView = {
  ...account,
  link: 'https://shop.example/account#token=sample-token-that-opens-nothing',
  token: 'sample-token-that-opens-nothing',
  expires_at: '24 November 2026 at 14:22 UTC',
};
const stock: LowStockView = {
  sku: 'MOUSE-1',
  product_name: 'Wireless Mouse',
  available_quantity: 3,
  low_stock_threshold: 5,
};
const payment = { order_id: '1042', amount: '109.03', currency: 'USD' };
const forCustomer = { ...payment, customer_name: 'Ann Example', brief: false };
const forStaff = { ...payment, payment_id: '311' };

const SAMPLES: Views = {
  'order-confirmation': order,
  'order-paid': order,
  'order-shipped': { ...order, carrier: 'DHL', tracking_number: 'JD014600003412345678' },
  'order-completed': order,
  'order-cancelled': { ...order, cancel_reason: 'Ordered by mistake' },
  'shipment-shipped': shipment,
  'order-partially-cancelled': {
    ...part,
    pieces: [{ ...mice, count: '1 piece' }],
    reason: 'The last one was damaged',
    refund: '21.15',
    currency: 'USD',
    remaining: [{ ...mice, count: '2 pieces' }],
  },
  'return-requested': returned,
  'return-approved': returned,
  'return-rejected': { ...returned, reason: 'They were used' },
  'return-received': { ...returned, pieces: [{ ...mice, count: '1 of 2 pieces' }] },
  'return-settled': { ...returned, pieces: [{ ...mice, count: '1 of 2 pieces' }], refund: '16.15', fee: '5.00' },
  'verify-email': link,
  'password-reset': link,
  'password-changed': account,
  'email-change-requested': account,
  'email-changed': account,
  'payment-failed': {
    ...forCustomer,
    reason: 'Your card has insufficient funds.',
    link: 'https://shop.example/pay?order_id=1042',
  },
  'refund-made': { ...forCustomer, amount: '19.90', by_card: true },
  'low-stock': stock,
  'refund-failed': { ...forStaff, amount: '19.90', refund_id: '27', failure_code: 'lost_or_stolen_card' },
  'dispute-opened': { ...forStaff, dispute_ref: 'dp_1QZ8sample', status: 'open' },
  'payment-mismatch': { ...forStaff, paid_amount: '90.00', paid_currency: 'EUR' },
};

/** Renders every template with sample data, for previews. */
export function previews(): Record<TemplateName, RenderedEmail> {
  const rendered = TEMPLATE_NAMES.map((name) => [name, render(name, SAMPLES[name])] as const);
  return Object.fromEntries(rendered) as Record<TemplateName, RenderedEmail>;
}
