/** For an unverified address, which may be a stranger's. */
const BRIEF =
  'Nobody has confirmed this e-mail address yet, so this is all we write. If the order is yours, confirm the address with ' +
  'the link we have sent. If it is not, ignore this e-mail.';

/** A product's cell in a table. */
const PRODUCT = `<td style="padding:8px 0"><bdi>{{name}}</bdi>{{#if sku}}<br><small style="color:#71717a">{{sku}}</small>{{/if}}</td>`;

const charge = (label: string, amount: string): string =>
  `<tr><td colspan="2" style="padding:4px 0">${label}</td>
<td style="padding:4px 0;text-align:right;white-space:nowrap">${amount}</td></tr>`;

/** The layout of every HTML part, and the partials that several templates share. */
export const HTML_PARTIALS: Record<string, string> = {
  stranger: `<p>${BRIEF}</p>`,

  layout: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{title}}</title></head>
<body style="margin:0;padding:24px;background:#f4f4f5;color:#18181b;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif">
<div role="main" style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;border-radius:8px">
<h1 style="margin:0 0 16px;font-size:20px">{{title}}</h1>
{{> @partial-block}}
</div>
</body>
</html>`,

  greeting: `<p>Hello{{#if customer_name}} <bdi>{{customer_name}}</bdi>{{/if}},</p>`,

  order: `{{#if ordered_at}}<p>Ordered on {{ordered_at}}.</p>
{{/if}}
{{#if brief}}<p>Total: <b>{{order_total}} {{currency}}</b></p>
{{> stranger}}
{{else}}<table role="presentation" style="width:100%;border-collapse:collapse">
{{#each lines}}
<tr style="border-bottom:1px solid #e4e4e7">
${PRODUCT}
<td style="padding:8px;text-align:right;white-space:nowrap">{{quantity}} × {{price}}</td>
<td style="padding:8px 0;text-align:right;white-space:nowrap">{{total}}</td>
</tr>
{{/each}}
{{#if subtotal}}${charge('Subtotal', '{{subtotal}}')}
{{/if}}
{{#if discount}}${charge('Discount', '-{{discount}}')}
{{/if}}
{{#if shipping}}${charge('Shipping{{#if shipping.name}}: <bdi>{{shipping.name}}</bdi>{{/if}}', '{{shipping.total}}')}
{{/if}}
{{#unless taxes_included}}
{{#each taxes}}
${charge('<bdi>{{name}}</bdi> {{percent}}', '{{amount}}')}
{{/each}}
{{/unless}}
<tr><td colspan="2" style="padding:8px 0"><b>Total</b></td>
<td style="padding:8px 0;text-align:right;white-space:nowrap"><b>{{order_total}} {{currency}}</b></td></tr>
{{#if taxes_included}}
{{#each taxes}}
${charge('Including <bdi>{{name}}</bdi> {{percent}}', '{{amount}}')}
{{/each}}
{{/if}}
</table>
{{#if address_lines}}<p>Delivery to:<br>{{#each address_lines}}<bdi>{{this}}</bdi>{{#unless @last}}<br>{{/unless}}{{/each}}</p>
{{/if}}{{/if}}`,

  pieces: `<table role="presentation" style="width:100%;border-collapse:collapse">
{{#each list}}
<tr style="border-bottom:1px solid #e4e4e7">
${PRODUCT}
<td style="padding:8px 0;text-align:right;white-space:nowrap">{{count}}</td>
</tr>
{{/each}}
</table>`,

  button: `<p><a href="{{href}}" style="display:inline-block;padding:10px 20px;background:#18181b;color:#ffffff;border-radius:6px;text-decoration:none">{{label}}</a></p>
<p>If the button does not work, open this link:<br><a href="{{href}}" style="word-break:break-all">{{href}}</a></p>`,
};

export const TEXT_PARTIALS: Record<string, string> = {
  stranger: BRIEF,

  layout: `{{title}}

{{> @partial-block}}`,

  greeting: `Hello{{#if customer_name}} {{customer_name}}{{/if}},
`,

  pieces: `{{#each list}}
- {{name}}
  {{#if sku}}{{sku}}, {{/if}}{{count}}
{{/each}}`,

  // No amount follows a name: after a right-to-left one they would be shown in another order.
  order: `{{#if ordered_at}}
Ordered on {{ordered_at}}.

{{/if}}
{{#unless brief}}
{{#each lines}}
- {{name}}
  {{#if sku}}{{sku}}, {{/if}}{{quantity}} × {{price}} = {{total}}
{{/each}}

{{#if subtotal}}
Subtotal: {{subtotal}}
{{/if}}
{{#if discount}}
Discount: -{{discount}}
{{/if}}
{{#if shipping}}
Shipping: {{shipping.total}}{{#if shipping.name}} ({{shipping.name}}){{/if}}
{{/if}}
{{#unless taxes_included}}
{{#each taxes}}
Tax, {{percent}}: {{amount}} ({{name}})
{{/each}}
{{/unless}}
{{/unless}}
Total: {{order_total}} {{currency}}
{{#if taxes_included}}
{{#each taxes}}
Including tax, {{percent}}: {{amount}} ({{name}})
{{/each}}
{{/if}}
{{#if address_lines}}

Delivery to:
{{#each address_lines}}
  {{this}}
{{/each}}
{{/if}}
{{#if brief}}

{{> stranger}}
{{/if}}`,
};
