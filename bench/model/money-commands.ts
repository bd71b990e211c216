import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Card, CARDS } from './bank.js';
import { command, pick } from './command.js';
import type { Model } from './model.js';
import type { Trouble } from './money-side.js';
import { type Sweep } from './payments-side.js';
import { STAFF, type World } from './world.js';

/** Most work has none. */
export const trouble: fc.Arbitrary<Trouble | undefined> = fc.option(
  fc.record({
    what: fc.constantFrom<Trouble['what'][]>('payments dies', 'the question is lost', 'the answer is lost'),
    at: fc.nat(11),
  }),
  { nil: undefined, freq: 2 },
);

export const but = (trouble: Trouble | undefined): string =>
  trouble ? `, but ${trouble.what} after ${trouble.at} ${trouble.what === 'payments dies' ? 'moments' : 'calls'}` : '';

const which = fc.nat(5);
const key = fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined });

const begin = command(
  fc.record({ which, key, trouble }),
  ({ which, key, trouble }) => `the customer begins to pay order #${which}${key ? ` under ${key}` : ''}${but(trouble)}`,
  ({ which, key, trouble }) =>
    async (model, world) => {
      const found = pick(model.orders, which);
      if (found) await beginPayment(model, world, { ref: found.ref, key, trouble });
    },
);

const pay = command(
  fc.record({ which, card: fc.constantFrom(...(Object.keys(CARDS) as Card[]), 'pays by card' as const) }),
  ({ which, card }) => `the customer of payment #${which} ${card}`,
  ({ which, card }) =>
    async (_, world) => {
      const secret = pick(world.money.secrets, which);
      if (secret !== undefined) await world.money.bank.confirm(secret, card);
    },
);

const beginAndPay = command(
  fc.record({ which, trouble }),
  ({ which, trouble }) => `the customer pays order #${which}${but(trouble)}`,
  ({ which, trouble }) =>
    async (model, world) => {
      const found = pick(model.orders, which);
      if (found) await payByCard(model, world, { ref: found.ref, key: undefined, trouble });
    },
);

const cancel = command(
  fc.record({ which, byOwner: fc.boolean(), trouble }),
  ({ which, byOwner, trouble }) => `${byOwner ? 'its customer' : 'staff'} cancels payment #${which}${but(trouble)}`,
  ({ which, byOwner, trouble }) =>
    async (_, world) => {
      const payment = pick(await world.payments(), which);
      if (!payment) return;
      const caller = byOwner ? ({ user_id: payment.userId ?? 0, role: 'customer' } as const) : STAFF;
      await world.money.during(trouble, (payments) => payments.cancel(payment.paymentId, caller));
    },
);

const refund = command(
  fc.record({ which, amount: fc.constantFrom(undefined, 700), key, trouble }),
  ({ which, amount = 'all', key, trouble }) =>
    `staff refunds ${amount} of payment #${which}${key ? ` under ${key}` : ''}${but(trouble)}`,
  ({ which, amount, key, trouble }) =>
    async (model, world) => {
      const payment = pick(await world.payments(), which);
      if (!payment) return;
      const answer = await world.money.during(trouble, (payments) =>
        payments.refund(payment.paymentId, amount, STAFF, key),
      );
      if (UUID.test(answer)) model.refunds.add(answer);
    },
);

const refundElsewhere = command(
  fc.record({ which, share: fc.constantFrom(0.5, 1) }),
  ({ which, share }) => `${share === 1 ? 'all' : 'half'} of payment #${which} is refunded at the provider`,
  ({ which, share }) =>
    async (_, world) => {
      const booked = pick(await world.money.bank.books(), which);
      if (booked) await world.money.bank.refund(booked.ref, share);
    },
);

const dispute = command(
  fc.record({ which, decision: fc.constantFrom('won', 'lost') }),
  ({ which, decision }) => `payment #${which} is disputed, or its dispute is ${decision}`,
  ({ which, decision }) =>
    async (_, world) => {
      const booked = pick(await world.money.bank.books(), which);
      if (booked) await world.money.bank.dispute(booked.ref, decision);
    },
);

const webhook = command(
  fc.record({ which: fc.nat(9), then: fc.constantFrom('once', 'and will come again', 'never'), trouble }),
  ({ which, then, trouble }) => `event #${which} of the provider comes ${then}${then === 'never' ? '' : but(trouble)}`,
  ({ which, then, trouble }) =>
    async (_, { money }) => {
      const event = pick(await money.bank.events(), which);
      if (!event) return;
      const { body, signature } = money.bank.sign(event);
      const taken =
        then === 'never' ||
        (await money.during(trouble, (payments) => payments.receive(body, signature))) === undefined;
      if (taken && then !== 'and will come again') money.bank.forget(event);
    },
);

const SWEEPS: Record<Sweep, string> = {
  reconciliation: 'asks the provider for its events',
  events: 'looks after the events of the provider',
  refunds: 'looks after refunds',
  checks: 'checks what is due',
};

const sweep = command(
  fc.record({ which: fc.constantFrom(...(Object.keys(SWEEPS) as Sweep[])), trouble }),
  ({ which, trouble }) => `payments ${SWEEPS[which]}${but(trouble)}`,
  ({ which, trouble }) =>
    async (_, { money }) => {
      await money.during(trouble, ({ sweepers }) => sweepers[which].sweep());
    },
);

/** What happens to money; that somebody pays is more frequent than the rest. */
export const aboutMoney = [
  ...[begin, beginAndPay, beginAndPay, pay, pay],
  ...[cancel, refund, refundElsewhere, dispute],
  ...[webhook, webhook, sweep, sweep, sweep],
];

const UUID = /^[0-9a-f]{8}-/;

/** What else a payment cannot be begun for. */
const REFUSALS = ['order-not-payable', 'payment-in-progress'];

interface Beginning {
  ref: string;
  key: string | undefined;
  trouble: Trouble | undefined;
}

export async function payByCard(model: Model, world: World, wish: Beginning): Promise<void> {
  const secret = await beginPayment(model, world, wish);
  if (secret !== undefined) await world.money.bank.confirm(secret, 'pays by card');
}

/** Returns what the customer pays with. Without trouble, whoever can pay is let pay, and nobody else. */
async function beginPayment(model: Model, world: World, wish: Beginning): Promise<string | undefined> {
  const { ref, key, trouble } = wish;
  const { order } = model.attempt(ref);
  const caller = { user_id: order?.userId ?? 0, role: 'customer' } as const;
  const orderId = await world.orderIdOf(ref);
  const others = (await world.payments()).filter((each) => each.orderId === orderId && each.status !== 'cancelled');
  const secret = await world.money.during(trouble, (payments) => payments.begin(orderId, caller, key));
  const isGiven = secret?.includes('_secret_') ?? false;
  if (key === undefined && trouble === undefined) {
    const mayPay = order?.status === 'pending' && others.length === 0;
    assert.equal(mayPay ? isGiven : REFUSALS.includes(secret ?? ''), true, `what beginning to pay answers: ${secret}`);
  }
  if (secret === null || !isGiven) return undefined;
  world.money.secrets.push(secret);
  return secret;
}
