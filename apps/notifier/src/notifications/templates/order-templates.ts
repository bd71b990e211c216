import type { Template } from './template.js';

const order = (subject: string, title: string, sentence: string, extra = { html: '', text: '' }): Template => ({
  subject,
  title,
  html: `{{> greeting}}\n<p>${sentence}</p>\n${extra.html}\n{{> order}}`,
  text: `{{> greeting}}\n\n${sentence}\n\n${extra.text}\n\n{{> order}}`,
});

export const orderConfirmation = order(
  'Order confirmation: order {{order_id}}',
  'Thank you for your order',
  'we have received your order {{order_id}}{{#if free}}. There is nothing to pay, and we are getting it ready to be shipped.' +
    '{{else}} and keep the goods for you. We write again once it is paid.{{/if}}',
);

export const orderPaid = order(
  'Order {{order_id}} paid: thank you',
  'Your payment has arrived',
  'your order {{order_id}} is paid. We are getting it ready to be shipped.',
);

export const orderShipped = order(
  'Order {{order_id}} shipped: it is on its way',
  'Your order is on its way',
  'your order {{order_id}} has been shipped.',
  {
    html: `{{#if carrier}}<p>Carrier: <bdi>{{carrier}}</bdi></p>\n{{/if}}
{{#if tracking_number}}<p>Tracking number: <b><bdi>{{tracking_number}}</bdi></b></p>\n{{/if}}`,
    text: `{{#if carrier}}\nCarrier: {{carrier}}\n{{/if}}\n{{#if tracking_number}}\nTracking number: {{tracking_number}}\n{{/if}}`,
  },
);

export const orderCompleted = order(
  'Order {{order_id}} completed',
  'Your order is complete',
  'your order {{order_id}} is complete. Thank you for shopping with us.',
);

export const orderCancelled = order(
  'Order {{order_id}} cancelled',
  'Your order is cancelled',
  'your order {{order_id}} has been cancelled. Nothing will be shipped.',
  {
    html: `{{#if cancel_reason}}<p>Reason: <bdi>{{cancel_reason}}</bdi></p>\n{{/if}}`,
    text: `{{#if cancel_reason}}\nReason: {{cancel_reason}}\n{{/if}}`,
  },
);
