import type { Template } from './template.js';

interface Section {
  html: string;
  text: string;
}

const part = (subject: string, title: string, sentence: string, ...sections: Section[]): Template => ({
  subject,
  title,
  html: ['{{> greeting}}', `<p>${sentence}</p>`, ...sections.map(({ html }) => html), UNVERIFIED.html].join('\n'),
  text: ['{{> greeting}}', sentence, ...sections.map(({ text }) => text), UNVERIFIED.text].join('\n\n'),
});

const UNVERIFIED: Section = {
  html: '{{#if brief}}{{> stranger}}\n{{/if}}',
  text: '{{#if brief}}\n{{> stranger}}\n{{/if}}',
};

const list = (field: string, heading: string): Section => ({
  html: `{{#if ${field}}}<p>${heading}</p>\n{{> pieces list=${field}}}\n{{/if}}`,
  text: `{{#if ${field}}}\n${heading}\n{{> pieces list=${field}}}\n{{/if}}`,
});

const sentence = (text: string): Section => ({ html: `<p>${text}</p>`, text });

/** A line that is left out without its field. */
const line = (field: string, html: string, text: string): Section => ({
  html: `{{#if ${field}}}<p>${html}</p>\n{{/if}}`,
  text: `{{#if ${field}}}\n${text}\n{{/if}}`,
});

const REASON = line('reason', 'Reason: <bdi>{{reason}}</bdi>', 'Reason: {{reason}}');
const FEE = line(
  'fee',
  'We have kept a fee of <b>{{fee}} {{currency}}</b>.',
  'We have kept a fee of {{fee}} {{currency}}.',
);

const PARCELS: Section = {
  html: `{{#each parcels}}
<p>{{title}}{{#if carrier}}: <bdi>{{carrier}}</bdi>{{/if}}<br>
{{#if tracking_number}}Tracking number: <b><bdi>{{tracking_number}}</bdi></b>{{else}}Without a tracking number{{/if}}
{{#if link}}<br><a href="{{url link}}" style="word-break:break-all">{{url link}}</a>{{/if}}</p>
{{/each}}`,
  text: `{{#each parcels}}

{{title}}{{#if carrier}}: {{carrier}}{{/if}}
{{#if tracking_number}}
Tracking number: {{tracking_number}}
{{else}}
Without a tracking number
{{/if}}
{{#if link}}
{{link}}
{{/if}}
{{/each}}`,
};

const ADDRESS = line(
  'address_lines',
  'Delivery to:<br>{{#each address_lines}}<bdi>{{this}}</bdi>{{#unless @last}}<br>{{/unless}}{{/each}}',
  'Delivery to:\n{{#each address_lines}}\n  {{this}}\n{{/each}}',
);

export const shipmentShipped = part(
  'Order {{order_id}} shipped{{#if partly}} in part{{/if}}: it is on its way',
  'On its way to you',
  '{{#if partly}}a part of your order {{order_id}} has been shipped. The rest follows.{{else}}' +
    '{{#if later}}the rest of {{/if}}your order {{order_id}} has been shipped.{{/if}}',
  PARCELS,
  list('pieces', 'In this shipment:'),
  list('to_come', 'Still to come:'),
  ADDRESS,
);

export const orderPartiallyCancelled = part(
  'Order {{order_id}}: a part of it was cancelled',
  'A part of your order is cancelled',
  'a part of your order {{order_id}} has been cancelled and will not be shipped.',
  REASON,
  list('pieces', 'Cancelled:'),
  line('refund', 'We refund <b>{{refund}} {{currency}}</b>.', 'We refund {{refund}} {{currency}}.'),
  list('remaining', 'What remains of your order:'),
);

export const returnRequested = part(
  'Return {{return_id}} of order {{order_id}}: we have your request',
  'We have your return request',
  'we have noted that you want to return goods of your order {{order_id}}, as return {{return_id}}.',
  list('pieces', 'To be returned:'),
  sentence('We look at it and write again. Please keep the goods until then.'),
);

export const returnApproved = part(
  'Return {{return_id}} of order {{order_id}} approved: please send it back',
  'Please send it back',
  'your return {{return_id}} of order {{order_id}} is approved. Please send the goods back to us, with the number of the ' +
    'return in the parcel.',
  list('pieces', 'To be sent back:'),
  sentence('We write again when they have arrived.'),
);

export const returnRejected = part(
  'Return {{return_id}} of order {{order_id}} rejected',
  'We cannot take it back',
  'we cannot take back the goods of your return {{return_id}} of order {{order_id}}. Please do not send them.',
  REASON,
  list('pieces', 'It is about:'),
);

export const returnReceived = part(
  'Return {{return_id}} of order {{order_id}}: it has arrived',
  'Your return has arrived',
  'we have received your return {{return_id}} of order {{order_id}}.',
  list('pieces', 'What arrived:'),
  sentence('We look at it and write again about your money.'),
);

export const returnSettled = part(
  'Return {{return_id}} of order {{order_id}} settled{{#if refund}}: we refund {{refund}} {{currency}}{{/if}}',
  'Your return is settled',
  'your return {{return_id}} of order {{order_id}} is settled. {{#if refund}}We refund {{refund}} {{currency}}.' +
    '{{else}}There is no refund for it.{{/if}}',
  FEE,
  list('pieces', 'What came back:'),
);
