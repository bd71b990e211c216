/** From a guest's cart to a paid order, without an account: `node clients/typescript/examples/guest-order.ts`. */
import { CommerceClient } from '../src/index.ts';

const baseUrl = process.env['BASE'] ?? 'http://127.0.0.1:3000';
const shop = new CommerceClient({ baseUrl });

const cart = await shop.beginCart();
await cart.put(1, 2);
await cart.put(3, 1);
await cart.remove(3);
const home = { name: 'Gus Guest', line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
await cart.change({ email: `gus-${Date.now()}@example.com`, shipping_address: home });
const express = cart.state.shipping_methods.find(({ code }) => code === 'express');
await cart.change({ shipping_method_id: express?.shipping_method_id ?? null });

const { items, items_total, shipping_total, tax_lines, order_total, currency } = cart.state;
for (const { quantity, name, line_total } of items) console.log(`${quantity} × ${name} ${line_total}`);
console.log(`items ${items_total}, ${express?.name} shipping ${shipping_total}`);
for (const { name, amount } of tax_lines) console.log(`${name} ${amount}`);
console.log(`to pay ${order_total} ${currency}`);

// Names the version and the total that were shown. A retry after a lost response returns the same order.
const bought = await cart.checkOut();
console.log(`order ${bought.order.order_id} is ${bought.order.status}: ${bought.order.order_total} ${currency}`);

// In a shop, Stripe.js takes client_secret and the card in the buyer's browser. This stands for it on one machine.
const { payment_id } = await bought.pay();
await fetch(`${baseUrl}/dev/payments/${payment_id}/confirm`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ payment_method: 'pm_card_visa' }),
});

// A shop stores `kept`, as in the browser's local storage, and follows the order with it; nobody else can read it.
const followed = await shop.followOrder(bought.kept);
const { order_id, status, amount_paid } = await followed.settled();
console.log(`order ${order_id} is ${status}: ${amount_paid} of ${order_total} ${currency} paid`);
