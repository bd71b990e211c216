/** From an account to a paid order: `node clients/typescript/examples/first-order.ts` while `npm start` runs. */
import { CommerceClient, dataOf, ProblemError } from '../src/index.ts';

const baseUrl = process.env['BASE'] ?? 'http://127.0.0.1:3000';
const shop = new CommerceClient({ baseUrl });
const account = { email: `ann-${Date.now()}@example.com`, password: 'a long enough pass phrase' };

dataOf(await shop.api.POST('/users', { body: { ...account, full_name: 'Ann Example' } }));
const ann = await shop.logIn(account.email, account.password);
console.log(`${ann.full_name} is user ${ann.user_id}`);

for await (const product of shop.items('/products', { query: { in_stock: true, page_size: 3 } })) {
  console.log(`${product.product_id}  ${product.name}  ${product.price} ${product.currency}`);
}

const home = { name: ann.full_name, line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
const basket = { items: [{ product_id: 1, quantity: 2 }], shipping_address: home };
const [method] = dataOf(await shop.api.POST('/quotes', { body: basket })).shipping_methods;
const chosen = { ...basket, shipping_method_id: method?.shipping_method_id ?? null };
const { order_total: expected_total } = dataOf(await shop.api.POST('/quotes', { body: chosen }));

// The client sends an Idempotency-Key, so a retry after a lost response cannot create a second order. Were the total
// another one by now, the answer would be total-changed.
const order = dataOf(await shop.api.POST('/orders', { body: { ...chosen, expected_total } }));
console.log(`${order.shipping_method?.name} shipping ${order.shipping_total}`);
for (const { name, amount } of order.tax_lines) console.log(`${name} ${amount}`);
console.log(`order ${order.order_id} is ${order.status}: ${order.order_total} ${order.currency}`);
console.log(`it goes to ${order.shipping_address?.city}`);

try {
  dataOf(await shop.api.POST('/orders', { body: { items: [{ product_id: 1, quantity: 1000 }] } }));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(`refused: ${error.code}`);
}
const followed = await shop.followOrder(order);
const { payment_id } = await followed.pay();
// In a shop, Stripe.js takes client_secret and the card in the buyer's browser. This stands for it on one machine.
await fetch(`${baseUrl}/dev/payments/${payment_id}/confirm`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ payment_method: 'pm_card_visa' }),
});

// The money is there when the platform says so, some moments later; the browser's word is not enough.
const { status, amount_paid, currency } = await followed.settled();
console.log(`the order is ${status}: ${amount_paid} ${currency}`);

for await (const { order_id } of shop.items('/users/{user_id}/orders', { path: { user_id: 'me' } })) {
  console.log(`my order: ${order_id}`);
}
await shop.logOut();
