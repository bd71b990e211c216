import assert from 'node:assert/strict';
import fc from 'fast-check';
import { choice, choose, command, named } from './command.js';
import type { Model, Wish } from './model.js';
import type { Pieces } from './model-line.js';
import type { ModelOrder } from './model-order.js';
import type { ModelPart } from './model-parts.js';
import { type CrashPoint, STAFF, type World } from './world.js';

const CRASHES: CrashPoint[] = ['before the commit', 'after the commit'];

/** Of the first, second and third line of an order; often all that is open. */
export const wanted = fc.option(fc.array(fc.constantFrom(0, 1, 1, 2, 3), { minLength: 3, maxLength: 3 }), {
  nil: undefined,
  freq: 1,
});
/** Few keys, so that requests collide. Without one a crash cannot be made good. */
export const keyed = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ key: undefined, crash: undefined }) },
  {
    weight: 1,
    arbitrary: fc.record({
      key: fc.constantFrom('m1', 'm2'),
      crash: fc.constantFrom(undefined, undefined, ...CRASHES),
    }),
  },
);
export const under = ({ key, crash }: { key: string | undefined; crash: CrashPoint | undefined }): string =>
  `${key ? ` under ${key}` : ''}${crash ? `, and orders dies ${crash}` : ''}`;
export const some = (wanted: readonly number[] | undefined): string => (wanted ? wanted.join('+') : 'all');

const ship = command(
  fc.record({ choice, wanted, keyed, status: fc.constantFrom('shipped', 'shipped', 'prepared') }),
  ({ choice, wanted, keyed, status }) =>
    `staff makes ${some(wanted)} of ${named('order', choice)} ${status}${under(keyed)}`,
  ({ choice, wanted, keyed, status }) =>
    async (model, world) => {
      const fits = (order: ModelOrder) => order.status !== 'pending' && order.count('open') > 0;
      const found = choose(model.orders, choice, ({ order }) => fits(order));
      if (!found) return;
      const pieces = piecesOf(found.order, wanted);
      const by = { caller: STAFF, byOwner: false };
      await make(model, world, { kind: 'shipments', ref: found.ref, pieces, status, ...by, ...keyed });
    },
);

const cancel = command(
  fc.record({ choice, wanted, keyed, byOwner: fc.constantFrom(false, false, false, true) }),
  ({ choice, wanted, keyed, byOwner }) =>
    `${byOwner ? 'its customer' : 'staff'} cancels ${some(wanted)} of ${named('order', choice)}${under(keyed)}`,
  ({ choice, wanted, keyed, byOwner }) =>
    async (model, world) => {
      const found = choose(model.orders, choice, ({ order }) => order.count('open') > 0);
      if (!found) return;
      const pieces = piecesOf(found.order, wanted);
      const caller = callerOf(found.order, byOwner);
      await make(model, world, { kind: 'cancellations', ref: found.ref, pieces, caller, byOwner, ...keyed });
    },
);

const again = command(
  fc.constant(0),
  () => 'the last one who made a part of an order under a key tries again',
  () => async (model, world) => {
    if (model.lastMade) await make(model, world, { ...model.lastMade, crash: undefined });
  },
);

/** From which status a shipment may become which. */
const FROM = { shipped: 'prepared', cancelled: 'prepared', delivered: 'shipped', lost: 'shipped' } as const;

const move = command(
  fc.record({ choice, to: fc.constantFrom('shipped', 'shipped', 'delivered', 'delivered', 'lost', 'cancelled') }),
  ({ choice, to }) =>
    to === 'cancelled' ? `staff unpacks ${named('shipment', choice)}` : `${named('shipment', choice)} is ${to}`,
  ({ choice, to }) =>
    async (model, world) => {
      const all = model.orders.flatMap(({ order }) => order.shipments.map((shipment) => ({ order, shipment })));
      const found = choose(all, choice, ({ shipment }) => shipment.status === FROM[to]);
      if (!found) return;
      const { order, shipment } = found;
      const answer = await world.moveShipment(shipment.id, to);
      assert.equal(
        answer,
        order.moveShipment(shipment, to, model.now),
        `what the shipment answers that is to be ${to}`,
      );
    },
);

/** What becomes of parts of orders before they arrive. */
export const aboutParts = [ship, ship, ship, cancel, cancel, again, move, move, move];

export const callerOf = ({ userId }: ModelOrder, byOwner: boolean) =>
  byOwner ? ({ user_id: userId, role: 'customer' } as const) : STAFF;

/** So many of the first, second and third line; undefined if that is nothing. */
export function piecesOf({ lines }: ModelOrder, wanted: readonly number[] | undefined): Pieces | undefined {
  if (!wanted || lines.every((_, index) => !wanted[index])) return undefined;
  const pieces = [0, 0, 0];
  for (const [index, { product }] of lines.entries()) pieces[product] = wanted[index] ?? 0;
  return pieces;
}

/** Makes a part of an order in both, which must answer alike. */
export async function make(model: Model, world: World, wish: Wish): Promise<ModelPart | string> {
  const { crash, byOwner, ...request } = wish;
  const { kind, ref, pieces, status, caller, key } = request;
  if (key !== undefined) model.lastMade = wish;
  const answer = await world.make(request, crash);
  const { order } = model.attempt(ref);
  if (!order) throw new Error(`There is no order ${ref}.`);
  const made = model.make({ scope: `${kind} ${ref} ${caller.user_id}`, key, body: { pieces, status }, crash }, () => {
    if (kind === 'shipments') return order.ship(pieces, status ?? 'shipped', model.now);
    if (kind === 'cancellations') return order.cancel(pieces, byOwner);
    return order.requestReturn(pieces ?? [], byOwner, model.now);
  });
  await nameParts(world, ref, order);
  assert.equal(answer, typeof made === 'string' ? made : String(made.id), `what POST /orders/{id}/${kind} answers`);
  return made;
}

/** Gives the parts of an order the ids that orders has given them, oldest first. */
export async function nameParts(world: World, ref: string, order: ModelOrder): Promise<void> {
  const ids = await world.partIds(ref);
  for (const kind of ['shipments', 'cancellations', 'returns'] as const) {
    assert.equal(ids[kind].length, order[kind].length, `how many ${kind} the order has`);
    for (const [index, part] of order[kind].entries()) part.id = ids[kind][index] ?? 0;
  }
}
