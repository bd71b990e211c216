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
