import type { Template } from './template.js';

export const lowStock: Template = {
  subject: 'Low stock: {{sku}} ({{available_quantity}} left)',
  title: 'A product runs low',
  html: `<p><bdi>{{product_name}}</bdi> ({{sku}})</p>
<p>Available: <b>{{available_quantity}}</b><br>Threshold: {{low_stock_threshold}}</p>`,
  text: `{{product_name}}
{{sku}}

Available: {{available_quantity}}
Threshold: {{low_stock_threshold}}`,
};

/** What has happened to a payment: rows of a label and its value, and what to do about it. */
const aboutPayment = (
  subject: string,
  title: string,
  rows: readonly (readonly [label: string, value: string])[],
  todo: string,
): Template => ({
  subject,
  title,
  html: `<p>${rows.map(([label, value]) => `${label}: <b>${value}</b>`).join('<br>\n')}</p>
<p>${todo}</p>`,
  text: `${rows.map(([label, value]) => `${label}: ${value}`).join('\n')}

${todo}`,
});

const ORDER = ['Order', '{{order_id}}'] as const;
const PAYMENT = ['Payment', '{{payment_id}}'] as const;
const AMOUNT = '{{amount}} {{currency}}';

export const refundFailed = aboutPayment(
  `Refund failed: order {{order_id}}, ${AMOUNT}`,
  'A refund did not reach the customer',
  [ORDER, PAYMENT, ['Refund', '{{refund_id}}'], ['Amount', AMOUNT], ['Failure', '{{failure_code}}']],
  'The customer still waits for this money: refund the payment again, or pay it back in another way.',
);

export const disputeOpened = aboutPayment(
  `Dispute: order {{order_id}}, ${AMOUNT}`,
  'A customer disputes a payment',
  [ORDER, PAYMENT, ['Dispute', '{{dispute_ref}}'], ['Amount', AMOUNT], ['Status', '{{status}}']],
  'The bank has taken the money back. While the dispute is open, answer it at the payment provider, which names the deadline.',
);

export const paymentMismatch = aboutPayment(
  'Payment mismatch: order {{order_id}}',
  'Another amount was paid than was asked for',
  [ORDER, PAYMENT, ['Asked for', AMOUNT], ['Paid', '{{paid_amount}} {{paid_currency}}']],
  'It pays nothing of the order: refund it, or settle the difference and mark the order as paid.',
);
