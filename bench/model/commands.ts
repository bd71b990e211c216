import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ORDER_STATUSES, type OrderStatus } from '../../apps/orders/src/orders/order-status.js';
import { command, pick } from './command.js';
import type { Model, Placed, Purchase } from './model.js';
import type { Pieces } from './model-line.js';
import { aboutMessages } from './message-commands.js';
import { aboutMoney, but, payByCard, trouble } from './money-commands.js';
import { UNPAID_TTL_MS } from './orders-side.js';
import { aboutParts, make, nameParts, piecesOf } from './parts-commands.js';
import { aboutReturns } from './return-commands.js';
import { settle } from './settle.js';
import { type CrashPoint, STAFF, type World } from './world.js';

const MINUTE_MS = 60_000;
const CRASHES: CrashPoint[] = ['before reserving', 'after reserving', 'after the commit'];
const customer = fc.constantFrom(7, 8);
const basket = fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }).filter((lines) => lines.some((n) => n > 0));
// Few keys and baskets, so that requests collide.
const request: fc.Arbitrary<Purchase> = fc.oneof(
  fc.record({ userId: customer, basket }),
  fc.record(
    {
      userId: customer,
      basket: fc.constantFrom([1, 0, 0], [2, 1, 0]),
      key: fc.constantFrom('k1', 'k2'),
      crash: fc.constantFrom(...CRASHES),
    },
    { requiredKeys: ['userId', 'basket', 'key'] },
  ),
);

async function ask(model: Model, world: World, wish: Purchase): Promise<string> {
  world.lastRef = undefined;
  const answer = await world.buy(wish.userId, lines(world, wish.basket), wish.key, wish.crash);
  assert.equal(answer, model.buy(wish, world.lastRef), 'what POST /orders answers');
  return answer;
}

const buy = command(
  request,
  ({ userId, basket, key, crash }) =>
    `customer ${userId} buys ${shown(basket)}${key ? ` under ${key}` : ''}${crash ? `, and orders dies ${crash}` : ''}`,
  (wish) => async (model, world) => {
    await ask(model, world, wish);
  },
);

const retry = command(
  fc.constant(0),
  () => 'the last one with a key tries again',
  () => async (model, world) => {
    if (model.lastKeyed) await ask(model, world, model.lastKeyed);
  },
);

const buyAndPay = command(
  fc.record({ userId: customer, basket, trouble }),
  ({ userId, basket, trouble }) => `customer ${userId} buys ${shown(basket)}, and pays by card${but(trouble)}`,
  ({ userId, basket, trouble }) =>
    async (model, world) => {
      const answer = await ask(model, world, { userId, basket });
      if (model.attempts.has(answer)) await payByCard(model, world, { ref: answer, key: undefined, trouble });
    },
);

const buyAtOnce = command(
  fc.record({ buyers: fc.integer({ min: 2, max: 4 }), product: fc.nat(2), quantity: fc.integer({ min: 1, max: 3 }) }),
  ({ buyers, product, quantity }) => `${buyers} customers buy ${quantity}×${'ABC'[product]} at once`,
  ({ buyers, product, quantity }) =>
    async (model, world) => {
      const wanted = [0, 1, 2].map((each) => (each === product ? quantity : 0));
      const possible = Math.min(buyers, Math.floor(model.available(product) / quantity));
      const ids = Array.from({ length: buyers }, (_, index) => 10 + index);
      const answers = await Promise.all(ids.map((userId) => world.buy(userId, lines(world, wanted))));
      const placed = answers.flatMap((ref, index) =>
        ref === 'insufficient-stock' ? [] : [{ ref, userId: ids[index] ?? 0 }],
      );
      assert.equal(placed.length, possible, 'how many of them got it');
      for (const { ref, userId } of placed) assert.equal(ref, model.buy({ userId, basket: wanted }, ref));
    },
);

const step = command(
  fc.record({ which: fc.nat(5), to: fc.constantFrom(...ORDER_STATUSES.slice(1)), byOwner: fc.boolean() }),
  ({ which, to, byOwner }) => (byOwner ? `its customer cancels order #${which}` : `staff makes order #${which} ${to}`),
  ({ which, to, byOwner }) => {
    const status: OrderStatus = byOwner ? 'cancelled' : to;
    return async (model, world) => {
      const found = pick(model.orders, which);
      if (found) await stepBoth(model, world, { ...found, status, byOwner });
    };
  },
);

/** By chance alone, few orders would be paid and sent; small ones leave stock for others. */
const buyAndTake = command(
  fc.record({
    userId: customer,
    basket: fc.constantFrom([1, 0, 0], [2, 0, 1], [0, 3, 0], [0, 1, 2]),
    less: fc.constantFrom(false, false, true),
    parcel: fc.boolean(),
  }),
  ({ userId, basket, less, parcel }) =>
    `customer ${userId} buys ${shown(basket)}, and staff ${less ? 'cancels a piece, ' : ''}takes the money${parcel ? ' and ships all' : ''}`,
  ({ userId, basket, less, parcel }) =>
    async (model, world) => {
      const ref = await ask(model, world, { userId, basket });
      const order = model.attempts.get(ref)?.order;
      if (!order) return;
      const by = { caller: STAFF, byOwner: false, key: undefined, crash: undefined };
      if (less) await make(model, world, { kind: 'cancellations', ref, pieces: piecesOf(order, [1]), ...by });
      for (const status of parcel ? (['paid', 'shipped'] as const) : (['paid'] as const))
        await stepBoth(model, world, { ref, order, status, byOwner: false });
    },
);

const adjust = command(
  fc.record({ product: fc.nat(2), by: fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0) }),
  ({ product, by }) => `staff adjusts the stock of ${'ABC'[product]} by ${by}`,
  ({ product, by }) =>
    async (model, world) => {
      const possible = (model.stock[product] ?? 0) + by >= model.reserved(product);
      assert.equal(await world.adjust(product, by), possible ? 'ok' : 'below-reserved');
      if (possible) model.adjust(product, by);
    },
);

const wait = command(
  fc.constantFrom(
    ['5 seconds', 5_000],
    ['1 minute', 61_000],
    ['6 minutes', 6 * MINUTE_MS],
    ['25 hours', 90_000_000],
    ['6 days', 518_400_000],
  ),
  ([name]) => `${name} pass`,
  ([, ms]) =>
    (model, world) =>
      letPass(model, world, ms),
);

const lost = (answer: number) => (answer === Infinity ? '' : `, answer #${answer} of orders is lost`);

const sweep = command(
  fc.option(fc.nat(2), { nil: Infinity }),
  (lose) => `products sweeps${lost(lose)}`,
  (lose) => (model, world) => sweepHolds(model, world, lose),
);

/** By chance alone, such a hold would hardly ever be asked for in the short time that it lives on without its answer. */
const breakOff = command(
  fc.record({ userId: customer, key: fc.constantFrom('k1', 'k2'), lose: fc.constantFrom(0, Infinity) }),
  ({ userId, key, lose }) =>
    `customer ${userId} buys 1×A under ${key}, and orders dies after reserving; 6 minutes later products sweeps${lost(lose)}`,
  ({ userId, key, lose }) =>
    async (model, world) => {
      await ask(model, world, { userId, basket: [1, 0, 0], key, crash: 'after reserving' });
      await letPass(model, world, 6 * MINUTE_MS);
      await sweepHolds(model, world, lose);
    },
);

const cancelUnpaid = command(
  fc.constant(0),
  () => 'orders cancels what is unpaid',
  () => async (model, world) => {
    await world.orders.unpaid.sweep();
    for (const { ref, order } of model.cancelUnpaid(UNPAID_TTL_MS)) await nameParts(world, ref, order);
  },
);

/** By chance alone, hardly any news would travel all its way. */
const work = command(
  fc.constant(0),
  () => 'everybody does their work, and an hour passes',
  () => settle,
);

/** All kinds of steps; purchases, payments and deliveries are more frequent than the rest. */
export const everything = [
  buy,
  buy,
  buyAndPay,
  buyAndPay,
  buyAndPay,
  retry,
  retry,
  buyAtOnce,
  step,
  step,
  buyAndTake,
  buyAndTake,
  buyAndTake,
  buyAndTake,
  adjust,
  wait,
  sweep,
  breakOff,
  cancelUnpaid,
  work,
  work,
  ...aboutMessages,
  ...aboutMoney,
  ...aboutParts,
  ...aboutReturns,
];

interface Step extends Placed {
  status: OrderStatus;
  byOwner: boolean;
}

async function stepBoth(model: Model, world: World, { ref, order, status, byOwner }: Step): Promise<void> {
  const answer = await world.step(ref, status, byOwner ? order.userId : undefined);
  assert.equal(answer, model.step(ref, status, byOwner), 'what PUT /orders/{id} answers');
  await nameParts(world, ref, order);
}

function letPass(model: Model, world: World, ms: number): Promise<void> {
  world.clock.advance(ms);
  model.now = world.clock.now().getTime();
  return world.money.bank.look();
}

async function sweepHolds(model: Model, world: World, lose: number): Promise<void> {
  Object.assign(world, { loseAnswer: lose, lost: undefined });
  await world.products.sweeper.sweep();
  world.loseAnswer = Infinity;
  model.sweep(world.lost);
}

const shown = (wanted: Pieces): string =>
  wanted.flatMap((quantity, product) => (quantity > 0 ? [`${quantity}×${'ABC'[product]}`] : [])).join(' + ');

const lines = (world: World, wanted: Pieces) =>
  wanted.flatMap((quantity, product) =>
    quantity > 0 ? [{ product_id: world.productIds[product] ?? 0, quantity }] : [],
  );
