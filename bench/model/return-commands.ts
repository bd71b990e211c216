import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Choice, choice, choose, command, named } from './command.js';
import type { Model, Placed } from './model.js';
import type { Pieces } from './model-line.js';
import type { ModelOrder } from './model-order.js';
import { type Arrived, type Decision, ModelReturn } from './model-parts.js';
import { callerOf, keyed, make, piecesOf, some, under, wanted } from './parts-commands.js';
import { STAFF, type World } from './world.js';

const request = command(
  fc.record({ choice, wanted, keyed, byOwner: fc.boolean() }),
  ({ choice, wanted, keyed, byOwner }) =>
    `${byOwner ? 'its customer' : 'staff'} wants ${some(wanted)} of ${named('order', choice)} back${under(keyed)}`,
  ({ choice, wanted, keyed, byOwner }) =>
    async (model, world) => {
      const found = choose(model.orders, choice, ({ order }) => order.count('shipped') > order.count('returned'));
      if (!found) return;
      const pieces = piecesOf(found.order, wanted) ?? everything(found.order);
      const caller = callerOf(found.order, byOwner);
      await make(model, world, { kind: 'returns', ref: found.ref, pieces, caller, byOwner, ...keyed });
    },
);

const step = command(
  fc.record({ choice, to: fc.constantFrom('approved', 'approved', 'rejected', 'cancelled'), byOwner: fc.boolean() }),
  ({ choice, to, byOwner }) =>
    to === 'cancelled' && byOwner
      ? `its customer cancels ${named('return', choice)}`
      : `staff makes ${named('return', choice)} ${to}`,
  ({ choice, to, byOwner }) =>
    async (model, world) => {
      const found = returnOf(model, choice, to === 'cancelled' ? 'approved' : 'requested');
      if (!found) return;
      const isOwner = byOwner && to === 'cancelled';
      const answer = await world.takeReturn(found.given.id, to, callerOf(found.order, isOwner));
      assert.equal(answer, found.given.take(to, isOwner), `what the return answers that is to be ${to}`);
    },
);

const CONDITIONS = [
  'resellable',
  'resellable',
  'resellable',
  'resellable',
  'damaged',
  'missing',
  'not mentioned',
] as const;
type Found = (typeof CONDITIONS)[number];

const receive = command(
  fc.record({
    choice,
    found: fc.array(fc.constantFrom(...CONDITIONS), { minLength: 9, maxLength: 9 }),
    isMore: fc.constantFrom(false, false, false, true),
  }),
  ({ choice, found, isMore }) =>
    `staff finds in ${named('return', choice)}: ${found.join(', ')}${isMore ? ', and one more' : ''}`,
  ({ choice, found, isMore }) =>
    async (model, world) => {
      const known = returnOf(model, choice, 'approved');
      if (known) await receiveBoth(world, known, arrivedOf(known.given, found, isMore));
    },
);

const DECISIONS: Decision[] = [
  ...[{}, {}, { fee: 100 }, { refund_amount: 300 }, { refund_amount: 0 }],
  ...[{ refund_amount: 300, fee: 250 }, { fee: 5_000 }, { refund_amount: 2_000 }],
];

const settle = command(
  fc.record({ choice, decision: fc.constantFrom(...DECISIONS) }),
  ({ choice, decision }) => `staff settles ${named('return', choice)} by ${JSON.stringify(decision)}`,
  ({ choice, decision }) =>
    async (model, world) => {
      const known = returnOf(model, choice, 'received');
      if (known) await settleBoth(world, known, decision);
    },
);

/** By chance alone, few returns would travel all their way. */
const comesBack = command(
  fc.record({ choice, wanted, found: fc.array(fc.constantFrom(...CONDITIONS), { minLength: 9, maxLength: 9 }) }),
  ({ choice, wanted, found }) =>
    `${some(wanted)} of ${named('order', choice)} comes back (${found.join(', ')}), and is paid for`,
  ({ choice, wanted, found }) =>
    async (model, world) => {
      const of = choose(model.orders, choice, ({ order }) => order.count('shipped') > order.count('returned'));
      if (!of) return;
      const pieces = piecesOf(of.order, wanted) ?? everything(of.order);
      const by = { caller: STAFF, byOwner: false, key: undefined, crash: undefined };
      const given = await make(model, world, { kind: 'returns', ref: of.ref, pieces, ...by });
      if (!(given instanceof ModelReturn)) return;
      assert.equal(await world.takeReturn(given.id, 'approved', STAFF), given.take('approved', false));
      const known = { ref: of.ref, order: of.order, given };
      await receiveBoth(world, known, arrivedOf(given, found, false));
      await settleBoth(world, known, {});
    },
);

/** What comes back of orders. */
export const aboutReturns = [request, request, step, step, receive, settle, comesBack, comesBack];

interface KnownReturn extends Placed {
  given: ModelReturn;
}

function returnOf(model: Model, choice: Choice, fitting: ModelReturn['status']): KnownReturn | undefined {
  const all = model.orders.flatMap(({ ref, order }) => order.returns.map((given) => ({ ref, order, given })));
  return choose(all, choice, ({ given }) => given.status === fitting);
}

/** All that can be returned; one piece if there is none. */
function everything(order: ModelOrder): Pieces {
  const all = [0, 1, 2].map((product) => order.returnable(product));
  return all.some((quantity) => quantity > 0) ? all : (piecesOf(order, [1]) ?? all);
}

/** Each announced piece as it is found, and perhaps one more than announced. */
function arrivedOf({ pieces }: ModelReturn, found: readonly Found[], isMore: boolean): Arrived {
  const products = pieces.flatMap((quantity, product) => Array<number>(quantity).fill(product));
  const of = (condition: Found): number[] => {
    const counts = pieces.map(() => 0);
    for (const [index, product] of products.entries())
      if (found[index] === condition) counts[product] = (counts[product] ?? 0) + 1;
    return counts;
  };
  const arrived = { resellable: of('resellable'), damaged: of('damaged'), missing: of('missing') };
  const [first = 0] = products;
  // Beyond what was announced even if nothing else is mentioned.
  if (isMore) arrived.damaged[first] = (arrived.damaged[first] ?? 0) + (pieces[first] ?? 0) + 1;
  const isNothing = Object.values(arrived).every((counts) => counts.every((count) => count === 0));
  if (isNothing) arrived.missing[first] = 1;
  return arrived;
}

async function receiveBoth(world: World, { ref, given }: KnownReturn, arrived: Arrived): Promise<void> {
  const answer = await world.receiveReturn(ref, given.id, arrived);
  assert.equal(answer, given.receive(arrived), 'what the return answers that is received');
}

async function settleBoth(world: World, { given }: KnownReturn, decision: Decision): Promise<void> {
  const answer = await world.settleReturn(given.id, decision);
  assert.equal(answer, given.settle(decision), 'what the return answers that is settled');
}
