import type { Template } from './template.js';

export const paymentFailed: Template = {
  subject: 'Payment failed: order {{order_id}} is not paid yet',
  title: 'Your payment did not go through',
  html: `{{> greeting}}
<p>your payment of <b>{{amount}} {{currency}}</b> for order {{order_id}} did not go through. Nothing was charged, and we still keep the goods for you.</p>
{{#if reason}}<p>Reason: <bdi>{{reason}}</bdi></p>
{{/if}}
{{> button href=(url link) label="Pay again"}}
{{#if brief}}{{> stranger}}
{{else}}<p>If you have paid since, ignore this e-mail.</p>
{{/if}}`,
  text: `{{> greeting}}

your payment of {{amount}} {{currency}} for order {{order_id}} did not go through. Nothing was charged, and we still keep the goods for you.
{{#if reason}}

Reason: {{reason}}
{{/if}}

Pay again:

{{link}}

{{#if brief}}
{{> stranger}}
{{else}}
If you have paid since, ignore this e-mail.
{{/if}}`,
};

export const refundMade: Template = {
  subject: 'Refund for order {{order_id}}: {{amount}} {{currency}}',
  title: 'Your refund',
  html: `{{> greeting}}
<p>we have refunded <b>{{amount}} {{currency}}</b> of your payment for order {{order_id}}.</p>
{{#if by_card}}<p>It goes back to the card that you paid with. Banks take up to ten days to show it.</p>
{{/if}}
{{#if brief}}{{> stranger}}
{{/if}}`,
  text: `{{> greeting}}

we have refunded {{amount}} {{currency}} of your payment for order {{order_id}}.
{{#if by_card}}

It goes back to the card that you paid with. Banks take up to ten days to show it.
{{/if}}
{{#if brief}}

{{> stranger}}
{{/if}}`,
};
