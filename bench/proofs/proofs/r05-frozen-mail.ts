import { TestOrder } from '../../../test/support/sample-events.js';
import { atLeast, atMost, exactly, info, none } from '../frame/figures.js';
import { total } from '../frame/killer.js';
import { settle } from '../frame/load.js';
import { auditRepeats } from '../frame/mail-audit.js';
import { sendAll, untilFinished } from '../frame/mail-run.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const EVENTS = 20;
/** As many as a notifier sends at once, so that it receives no further messages, which would be hidden. */
const AT_ONCE = 10;
/** Long enough to freeze the notifier during several sends. */
const PROVIDER_DELAY_MS = 300;
const PATIENCE_MS = 60_000;

interface Frozen {
  /** E-mails in flight in the frozen notifier. */
  sending: number;
  /** Ledger entries that it changed after another process had taken them over. */
  changed: number;
}

/**
 * A notifier is frozen, not killed, while it sends. Its leases (two seconds here) expire, the events are redelivered,
 * and another notifier takes over; then the first continues.
 */
export const frozenMail: Proof = {
  name: 'R5-frozen',
  failure: 'a resumed process still acts as owner of its e-mails',
  mutants: ['stale-holders-believed'],
  async run(stage: Stage) {
    const rounds = stage.amount(3, 1);
    const platform = await stage.platform({
      services: ['notifier'],
      links: ['mail'],
      preloads: ['preloads/short-leases'],
    });
    const orders: TestOrder[] = [];
    const frozen: Frozen[] = [];
    for (let round = 0; round < rounds; round++) {
      const some = Array.from({ length: EVENTS }, () => new TestOrder());
      orders.push(...some);
      frozen.push(await freeze(platform, some));
      stage.progress(`${round + 1} of ${rounds} rounds`);
    }
    const held = frozen.map(({ sending }) => sending);
    const mailed = new Set(platform.wire.emails().flatMap(({ to }) => to));
    const { repeated, uncounted } = await auditRepeats(platform);
    return [
      exactly('freezes', frozen.length, rounds),
      atLeast('fewest e-mails being sent at one', Math.min(...held), AT_ONCE),
      info('events', orders.length),
      none('lost', orders.filter(({ email }) => !mailed.has(email)).length),
      atMost('sent again, of those being sent', repeated, total(held)),
      none('sent again and not counted', uncounted),
      none('entries that the frozen one changed', total(frozen.map(({ changed }) => changed))),
      none('dead letters', (await platform.wire.deadLetters('notifier')).visible),
    ];
  },
};

/** One freeze with a takeover; compares the ledger before and after the frozen process continues. */
async function freeze(platform: ProofPlatform, orders: readonly TestOrder[]): Promise<Frozen> {
  const { databases, links, services, wire } = platform;
  const count = (condition: string) => databases.number('notifier', `SELECT COUNT(*) FROM emails WHERE ${condition}`);
  const bodies = orders.map((order) => JSON.stringify(order.event('order.created')));
  links.mail.delay(PROVIDER_DELAY_MS);
  await sendAll(platform, 'notifier', bodies);
  await settle(
    PATIENCE_MS,
    () => count("status = 'sending'"),
    (sending) => sending >= AT_ONCE,
    1,
  );
  services.notifier.pause();
  links.mail.delay(0);
  const sending = await count("status = 'sending'");
  await settle(
    PATIENCE_MS,
    () => count("status = 'sending' AND lease_until > UTC_TIMESTAMP(3)"),
    (leases) => leases === 0,
  );
  const other = await platform.another('notifier');
  // Stands for the queue's redelivery, which would take 90 s.
  await sendAll(platform, 'notifier', bodies);
  await settle(
    PATIENCE_MS,
    () => count("status <> 'sent'"),
    (unsent) => unsent === 0,
  );
  await other.terminate();
  const before = await ledger(platform);
  services.notifier.resume();
  await untilFinished({ wire }, 'notifier');
  const after = await ledger(platform);
  return { sending, changed: before.filter((entry, place) => entry !== after[place]).length };
}

async function ledger({ databases }: ProofPlatform): Promise<string[]> {
  const sql = 'SELECT status, message_id, possible_duplicates FROM emails ORDER BY email_id';
  return (await databases.rows('notifier', sql)).map((row) => JSON.stringify(row));
}
