/** From an account to an order: `node clients/typescript/examples/first-order.ts` while `npm start` runs. */
import { CommerceClient, dataOf, ProblemError } from '../src/index.ts';

const shop = new CommerceClient({ baseUrl: process.env['BASE'] ?? 'http://127.0.0.1:3000' });
const account = { email: `ann-${Date.now()}@example.com`, password: 'a long enough pass phrase' };

dataOf(await shop.api.POST('/users', { body: { ...account, full_name: 'Ann Example' } }));
const ann = await shop.logIn(account.email, account.password);
console.log(`${ann.full_name} is user ${ann.user_id}`);

for await (const product of shop.items('/products', { query: { in_stock: true, page_size: 3 } })) {
  console.log(`${product.product_id}  ${product.name}  ${product.price} ${product.currency}`);
}

// The client sends an Idempotency-Key, so a retry after a lost response cannot create a second order.
const home = { name: ann.full_name, line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
const body = { items: [{ product_id: 1, quantity: 2 }], shipping_address: home };
const order = dataOf(await shop.api.POST('/orders', { body }));
console.log(`order ${order.order_id} is ${order.status}: ${order.order_total} ${order.currency}`);
console.log(`it goes to ${order.shipping_address?.city}`);

try {
  dataOf(await shop.api.POST('/orders', { body: { items: [{ product_id: 1, quantity: 1000 }] } }));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(`refused: ${error.code}`);
}
for await (const { order_id } of shop.items('/users/{user_id}/orders', { path: { user_id: 'me' } })) {
  console.log(`my order: ${order_id}`);
}
await shop.logOut();
