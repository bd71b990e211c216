import { AT_ONCE, type Bought, CartBuyers, type Goods } from '../frame/cart-buyers.js';
import { CartDesk } from '../frame/cart-desk.js';
import { atLeast, exactly, type Figure, info, none } from '../frame/figures.js';
import { type Answer, ask } from '../frame/http.js';
import { killRepeatedly } from '../frame/killer.js';
import { load, settle, underLoad } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { expectStatus, type Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { minor } from '../frame/stored-pricing.js';
import { opened } from '../frame/till.js';

const CLIENTS = 4;
const PRODUCTS = 6;
const STOCK = 1_000_000;
/** Carts done between two kills. */
const DONE = 2;
/** One order in so many is paid. */
const PAID = 4;
const SETTLED_MS = 90_000;

/**
 * Each cart is checked out by 20 requests at once, of which some share a key and some have none, while its owner may
 * change it; orders is killed meanwhile. Every cart becomes one order, of the total that it showed, and so is its payment.
 */
export const checkouts: Proof = {
  name: 'C3',
  failure: 'a cart is bought twice, or for another total than it showed',
  mutants: ['checkouts-without-lock'],
  async run(stage: Stage) {
    const times = stage.amount(40, 2);
    const market = await openMarket(stage, {
      preloads: ['preloads/short-claims', 'preloads/short-hiding'],
      environment: { products: { RESERVATION_HOLD: '3s', SWEEP_INTERVAL: '500ms' } },
    });
    const { platform, shop } = market;
    const goods = await storeGoods(shop);
    const customers = await Promise.all(Array.from({ length: CLIENTS / 2 }, () => shop.customer()));
    const buyers = new CartBuyers(new CartDesk([platform.services.orders.url]), customers, goods);
    const kills = await underLoad(CLIENTS, buyers.buy, () =>
      killRepeatedly(stage, [platform.services.orders], { times, least: DONE, underWay: AT_ONCE, work: buyers }),
    );
    const { bought, unexpected } = buyers;
    if (unexpected.length > 0) process.stderr.write(`  C3: unexpected are ${unexpected.slice(0, 5).join(', ')}\n`);
    return [
      exactly('kills', kills.counted.length, times),
      none('unexpected answers', unexpected.length),
      ...(await orderFigures(platform, bought)),
      ...(await answerFigures(buyers)),
      ...(await paymentFigures(market, bought)),
      ...(await stockFigures(platform)),
    ];
  },
};

/** Products, with tax and a price for shipping, so that totals are more than sums of prices. */
async function storeGoods(shop: Shop): Promise<Goods> {
  const add = async (path: string, body: object) =>
    expectStatus(201, await ask(shop.url('orders', path), { method: 'POST', token: shop.admin, body })).body;
  await add('/tax-rates', { name: 'VAT', country: 'GB', rate: '0.175', includes_shipping: true });
  const method = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.99' }] };
  const { shipping_method_id } = await add('/shipping-methods', method);
  const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(STOCK)));
  return { products, shippingMethodId: Number(shipping_method_id) };
}

interface Stored {
  order_id: number;
  cart_id: string;
  order_total: number;
}

/** Compares every order with the cart that it was. */
async function orderFigures({ databases }: ProofPlatform, bought: readonly Bought[]): Promise<Figure[]> {
  const orders = await databases.rows<Stored>('orders', 'SELECT order_id, cart_id, order_total FROM orders');
  const carts = new Map(orders.map((order) => [order.cart_id, order]));
  const wrong = (isRight: (bought: Bought, order: Stored) => boolean) =>
    bought.filter((each) => {
      const order = carts.get(each.cart.cartId);
      return !order || !isRight(each, order);
    }).length;
  return [
    atLeast('carts bought', bought.length, 1),
    exactly('orders', orders.length, bought.length),
    none('carts with two orders', orders.length - carts.size),
    none(
      'orders of another total than shown',
      wrong(({ shown }, { order_total }) => Number(order_total) === minor(shown['order_total'])),
    ),
    none(
      'carts that are not their order’s',
      wrong(({ ended }, { order_id }) => ended['status'] === 'ordered' && ended['order_id'] === order_id),
    ),
    none(
      'answers with another order',
      wrong(({ orderIds }, { order_id }) => [...orderIds].every((id) => id === order_id)),
    ),
  ];
}

/** Each common key again, long after the last kill. */
async function answerFigures(buyers: CartBuyers): Promise<Figure[]> {
  const { bought } = buyers;
  const saying = ({ status, body }: Answer) =>
    status === 201 ? JSON.stringify(body) : `${status} ${String(body['code'])}`;
  const left = [...bought];
  let different = 0;
  await load(
    CLIENTS,
    () => left.length === 0,
    async () => {
      const each = left.shift() as Bought;
      const answers = [...each.repeated, await buyers.again(each)];
      if (new Set(answers.map(saying)).size !== 1) different++;
    },
  );
  const isGuests = ({ cart }: Bought) => 'cart-token' in cart.owner;
  const tokens = bought.filter(
    ({ order, ...each }) => order && (order['order_token'] !== undefined) !== isGuests({ order, ...each }),
  );
  return [
    none('keys with two answers', different),
    none('guests without a token, and customers with one', tokens.length),
    info('guests’ orders', bought.filter(isGuests).length),
    info('lost answers without a key', bought.filter(({ order }) => !order).length),
  ];
}

/** A sample is paid, by guests with the token of the order. */
async function paymentFigures({ platform, shop, till }: Market, bought: readonly Bought[]): Promise<Figure[]> {
  const sample = bought.filter(({ order }, index) => order && index % PAID === 0);
  const intents = new Map<string, number>();
  let differing = 0;
  for (const { cart, shown, order = {} } of sample) {
    const token = order['order_token'] as string | undefined;
    const headers = token === undefined ? cart.owner : { 'order-token': token };
    const url = shop.url('payments', `/orders/${String(order['order_id'])}/payments`);
    const begin = () => ask(url, { method: 'POST', headers, body: { method: 'card' } });
    const { body } = expectStatus(201, await untilAnswered(begin));
    if (body['amount'] !== shown['order_total']) differing++;
    const { intent } = opened(body);
    intents.set(intent, minor(shown['order_total']));
    await platform.stripe.confirm(intent);
  }
  const paid = () => till.orders("status = 'paid'");
  const charged = (await platform.stripe.intents()).filter(
    ({ id, amount_received }) => intents.get(id) === amount_received,
  );
  return [
    none('payments of another amount', differing),
    exactly('charged as shown', charged.length, sample.length),
    exactly('paid', await settle(SETTLED_MS, paid, (count) => count === sample.length), sample.length),
  ];
}

interface Pieces {
  product_id: number;
  pieces: number;
}

/** Once holds have ended, what is reserved is what was ordered. */
async function stockFigures({ databases }: ProofPlatform): Promise<Figure[]> {
  const held = () => databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'");
  const left = await settle(SETTLED_MS, held, (count) => count === 0);
  const pieces = async (service: 'products' | 'orders', sql: string) => {
    const rows = await databases.rows<Pieces>(service, sql);
    return new Map(rows.map(({ product_id, pieces }) => [product_id, Number(pieces)]));
  };
  const reserved = await pieces('products', 'SELECT product_id, reserved_quantity AS pieces FROM inventory');
  const ordered = await pieces(
    'orders',
    'SELECT product_id, SUM(quantity) AS pieces FROM order_items GROUP BY product_id',
  );
  const sum = (counts: Map<number, number>) => [...counts.values()].reduce((total, count) => total + count, 0);
  return [
    none('holds without an end', left),
    exactly('pieces reserved', sum(reserved), sum(ordered)),
    none(
      'products of which they differ',
      [...reserved].filter(([id, count]) => count !== (ordered.get(id) ?? 0)).length,
    ),
  ];
}
