import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ORDER_STATUSES, type OrderStatus } from '../../apps/orders/src/orders/order-status.js';
import { compare } from './compare.js';
import type { Basket, Model, Purchase } from './model.js';
import { UNPAID_TTL_MS } from './orders-side.js';
import type { CrashPoint, World } from './world.js';

type Act = (model: Model, world: World) => Promise<void>;

/** One step of a story; a counter-example shows its name. After it, model and services must agree. */
class Command implements fc.AsyncCommand<Model, World> {
  constructor(
    private readonly name: string,
    private readonly act: Act,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, world: World): Promise<void> {
    await this.act(model, world);
    await compare(model, world);
  }

  toString(): string {
    return `→ ${this.name}`;
  }
}

const command = <T>(arbitrary: fc.Arbitrary<T>, name: (value: T) => string, act: (value: T) => Act) =>
  arbitrary.map((value) => new Command(name(value), act(value)));

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

async function ask(model: Model, world: World, wish: Purchase): Promise<void> {
  world.lastRef = undefined;
  const answer = await world.buy(wish.userId, lines(world, wish.basket), wish.key, wish.crash);
  assert.equal(answer, model.buy(wish, world.lastRef), 'what POST /orders answers');
}

const buy = command(
  request,
  ({ userId, basket, key, crash }) =>
    `customer ${userId} buys ${shown(basket)}${key ? ` under ${key}` : ''}${crash ? `, and orders dies ${crash}` : ''}`,
  (wish) => (model, world) => ask(model, world, wish),
);

const retry = command(
  fc.constant(0),
  () => 'the last one with a key tries again',
  () => async (model, world) => {
    if (model.lastKeyed) await ask(model, world, model.lastKeyed);
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
      const ref = pick(model.orders, which);
      if (ref === undefined) return;
      const owner = byOwner ? model.attempt(ref).order?.userId : undefined;
      assert.equal(
        await world.step(ref, status, owner),
        model.step(ref, status, byOwner),
        'what PUT /orders/{id} answers',
      );
    };
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

const relay = command(
  fc.constantFrom('takes', 'takes', 'refuses', 'takes without an answer'),
  (topic) => (topic === 'takes' ? 'the relay publishes' : `the relay publishes, the topic ${topic}`),
  (topic) => async (_, world) => {
    world.topic = topic;
    await world.orders.relay.sweep();
    world.topic = 'takes';
  },
);

const deliver = command(
  fc.record({ which: fc.nat(5), again: fc.boolean() }),
  ({ which, again }) => `products gets message #${which}${again ? ', which will come again' : ''}`,
  ({ which, again }) =>
    async (model, world) => {
      const event = pick(world.queue, which);
      if (!event) return;
      await world.products.handle(event);
      model.handle(event.event_type, (event.payload as { order_ref: string }).order_ref);
      if (!again) world.queue.splice(world.queue.indexOf(event), 1);
    },
);

const wait = command(
  fc.constantFrom(['5 seconds', 5_000], ['1 minute', 61_000], ['6 minutes', 360_000], ['25 hours', 90_000_000]),
  ([name]) => `${name} pass`,
  ([, ms]) =>
    (model, world) => {
      world.clock.advance(ms);
      model.now = world.clock.now().getTime();
      return Promise.resolve();
    },
);

const sweep = command(
  fc.option(fc.nat(2), { nil: Infinity }),
  (lose) => `products sweeps${lose === Infinity ? '' : `, answer #${lose} of orders is lost`}`,
  (lose) => async (model, world) => {
    Object.assign(world, { loseAnswer: lose, lost: undefined });
    await world.products.sweeper.sweep();
    world.loseAnswer = Infinity;
    model.sweep(world.lost);
  },
);

const cancelUnpaid = command(
  fc.constant(0),
  () => 'orders cancels what is unpaid',
  () => async (model, world) => {
    await world.orders.unpaid.sweep();
    model.cancelUnpaid(UNPAID_TTL_MS);
  },
);

/** All kinds of steps; purchases and deliveries are more frequent than the rest. */
export const everything = [
  buy,
  buy,
  retry,
  buyAtOnce,
  step,
  step,
  adjust,
  relay,
  deliver,
  deliver,
  wait,
  sweep,
  cancelUnpaid,
];

const pick = <T>(things: readonly T[], which: number): T | undefined => things[which % Math.max(1, things.length)];

const shown = (wanted: Basket): string =>
  wanted.flatMap((quantity, product) => (quantity > 0 ? [`${quantity}×${'ABC'[product]}`] : [])).join(' + ');

const lines = (world: World, wanted: Basket) =>
  wanted.flatMap((quantity, product) =>
    quantity > 0 ? [{ product_id: world.productIds[product] ?? 0, quantity }] : [],
  );
