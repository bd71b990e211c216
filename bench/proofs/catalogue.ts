import type { Proof } from './frame/proof.js';
import { keyRotation } from './proofs/access-keys.js';
import { logins } from './proofs/access-logins.js';
import { endedSessions } from './proofs/access-sessions.js';
import { authz } from './proofs/authz.js';
import { changes } from './proofs/c01-changes.js';
import { merges } from './proofs/c02-merges.js';
import { checkouts } from './proofs/c03-checkouts.js';
import { claims } from './proofs/c04-claims.js';
import { partsAtOnce } from './proofs/f01-parts.js';
import { shippedOnce } from './proofs/f02-parcels.js';
import { randomReturns } from './proofs/f03-returns.js';
import { hostile } from './proofs/hostile.js';
import { memory } from './proofs/memory.js';
import { model } from './proofs/model.js';
import { onePayment } from './proofs/p01-one-payment.js';
import { moneyUnderKills } from './proofs/p02-money-under-kills.js';
import { unreliableEvents } from './proofs/p03-unreliable-events.js';
import { anyOrder } from './proofs/p04-any-order.js';
import { earlyEvents } from './proofs/p05-early-events.js';
import { noEvents } from './proofs/p06-no-events.js';
import { wrongMoney } from './proofs/p07-wrong-money.js';
import { races } from './proofs/p08-races.js';
import { refunds } from './proofs/p09-refunds.js';
import { providerAway } from './proofs/p10-provider-away.js';
import { hostileEvents } from './proofs/p11-hostile-events.js';
import { rotatedSecrets } from './proofs/p12-rotated-secrets.js';
import { sums } from './proofs/q01-sums.js';
import { exact } from './proofs/q02-exact.js';
import { storedQuotes } from './proofs/q02-stored.js';
import { parts } from './proofs/q03-parts.js';
import { retries } from './proofs/r01-retries.js';
import { events } from './proofs/r02-events.js';
import { relay } from './proofs/r03-relay.js';
import { mailOnce } from './proofs/r04-mail-once.js';
import { crashedMail } from './proofs/r05-crashed-mail.js';
import { frozenMail } from './proofs/r05-frozen-mail.js';
import { outOfOrder } from './proofs/r06-out-of-order.js';
import { poison } from './proofs/r07-poison.js';
import { deadLetters } from './proofs/r08-dead-letters.js';
import { oversell } from './proofs/r09-oversell.js';
import { confirmRace } from './proofs/r10-confirm-race.js';
import { leaks } from './proofs/r10-leaks.js';
import { points } from './proofs/r10-points.js';
import { settleRace } from './proofs/r10-settle-race.js';
import { baskets } from './proofs/r11-baskets.js';
import { stampede } from './proofs/r12-stampede.js';
import { stale } from './proofs/r13-stale.js';
import { redisAway } from './proofs/r14-redis-away.js';
import { databaseRestart } from './proofs/r15-database-restart.js';
import { connections } from './proofs/r16-connections.js';
import { rotation } from './proofs/r17-rotation.js';
import { deploys } from './proofs/r18-deploys.js';
import { overload } from './proofs/r19-overload.js';
import { health } from './proofs/r20-health.js';
import { amplification } from './proofs/r21-amplification.js';
import { fullDisk } from './proofs/r22-disk.js';
import { outages } from './proofs/r22-outages.js';
import { variantsOnce } from './proofs/v01-variants.js';

/** The orders' proofs; the longest come first, since two run at once. */
const CORE: readonly Proof[] = [
  ...[events, crashedMail, leaks, deploys],
  ...[retries, relay, mailOnce, frozenMail, outOfOrder, poison, deadLetters],
  ...[points, oversell, settleRace, confirmRace, baskets, databaseRestart],
];

/** Money: no cent is lost, taken twice or kept for nothing. The longest come first here, too. */
const PAYMENTS: readonly Proof[] = [
  ...[moneyUnderKills, anyOrder, onePayment, races, refunds],
  ...[unreliableEvents, earlyEvents, noEvents, wrongMoney, rotatedSecrets, hostileEvents, providerAway],
];

/** Prices: what is shown, charged and given back is the same to the minor unit. */
const PRICING: readonly Proof[] = [sums, exact, parts, storedQuotes];

/** Carts: nothing that somebody put into one is lost, bought twice or shown to others. */
const CARTS: readonly Proof[] = [checkouts, changes, merges, claims];

/** Parcels: what is sent, cancelled and taken back adds up, in pieces and in money. Some of it others prove, too. */
const PARCELS: readonly Proof[] = [shippedOnce, randomReturns, leaks, partsAtOnce, points, outOfOrder, parts];

/** Access: no wrong admission and no wrong refusal. */
const ACCESS: readonly Proof[] = [keyRotation, endedSessions, logins, hostile, authz];

/** The catalog and its cache. */
const CATALOG: readonly Proof[] = [stampede, stale, redisAway, variantsOnce];

/** Operation. */
const OPERATE: readonly Proof[] = [overload, health, amplification, outages, fullDisk];

/** Further groups join here. */
const GROUPS: Record<string, readonly Proof[]> = {
  core: CORE,
  model: [model],
  payments: PAYMENTS,
  pricing: PRICING,
  carts: CARTS,
  parcels: PARCELS,
  access: ACCESS,
  catalog: CATALOG,
  operate: OPERATE,
  rotation: [rotation],
  connections: [connections],
  memory: [memory],
};

/** Each once, though it may be in two groups. */
const ALL: readonly Proof[] = [...new Set(Object.values(GROUPS).flat())];

/** Returns the proofs for names such as `R1`, `core` or `all`; `R10` means all of R10. */
export function choose(names: readonly string[]): Proof[] {
  if (names.length === 0)
    throw new Error(
      `Say what to prove: ${[...ALL.map(({ name }) => name), ...Object.keys(GROUPS), 'all'].join(', ')}.`,
    );
  const chosen = names.flatMap((name) => {
    if (name === 'all') return ALL;
    const wanted = name.toLowerCase();
    const isWanted = (proof: string) => proof.toLowerCase() === wanted || proof.toLowerCase().startsWith(`${wanted}-`);
    const found = GROUPS[name] ?? ALL.filter(({ name, alias }) => isWanted(name) || alias === wanted);
    if (found.length === 0) throw new Error(`There is no proof ${name}.`);
    return found;
  });
  return [...new Set(chosen)];
}
