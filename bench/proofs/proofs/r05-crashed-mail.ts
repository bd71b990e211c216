import { TestOrder } from '../../../test/support/sample-events.js';
import { atLeast, atMost, exactly, info, none } from '../frame/figures.js';
import { killRepeatedly, mean, total } from '../frame/killer.js';
import { load, settle, sleep, underLoad } from '../frame/load.js';
import { auditRepeats } from '../frame/mail-audit.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const BATCH = 10;
/** Waiting messages, so that the notifier is always fully loaded. */
const BACKLOG = 100;
const PROVIDER_DELAY_MS = 15;
const LEAST = 3;
/** A message whose receiver was killed is hidden for 90 s. */
const REDELIVERY_MS = 150_000;
const REDRIVES = 3;

/** The notifier is killed repeatedly while it sends; every claimed e-mail must still be sent. */
export const crashedMail: Proof = {
  name: 'R5',
  failure: 'an e-mail is lost in a crash',
  mutants: ['mail-noted-before-sent'],
  async run(stage: Stage) {
    const times = stage.amount(200, 15);
    const platform = await stage.platform({ services: ['notifier'], links: ['mail'] });
    platform.links.mail.delay(PROVIDER_DELAY_MS);
    const sending = new Sending(platform);
    const kills = await underLoad(1, sending.feed, () =>
      killRepeatedly(stage, [platform.services.notifier], { times, least: LEAST, work: sending }),
    );
    const redriven = await finish(platform);
    const { repeated, uncounted } = await auditRepeats(platform);
    return [
      exactly('kills', kills.counted.length, times),
      atLeast('fewest being sent at one', Math.min(...kills.counted), LEAST),
      info('being sent on average', mean(kills.counted)),
      info('further kills that met fewer', kills.others.length),
      info('events', sending.expected.size),
      none('lost', sending.lost()),
      atMost('sent again, of those being sent at a kill', repeated, total([...kills.counted, ...kills.others])),
      none('sent again and not counted', uncounted),
      info('redriven', redriven),
    ];
  },
};

/** Events whose e-mails are being sent. */
class Sending {
  readonly expected = new Set<string>();
  private readonly lostClaims = new Set<string>();

  constructor(private readonly platform: ProofPlatform) {}

  readonly done = (): number => this.platform.wire.emailCount();

  /** E-mails claimed by the current process. */
  readonly inFlight = async (): Promise<number> => (await this.claims()).length;

  /** After a kill, the holder of every remaining claim is dead. */
  readonly interrupted = async (): Promise<number> => {
    const claims = await this.claims();
    for (const claim of claims) this.lostClaims.add(claim);
    return claims.length;
  };

  readonly feed = async (): Promise<void> => {
    const { visible } = await this.platform.wire.depth('notifier');
    if (visible >= BACKLOG) return sleep(20);
    const orders = Array.from({ length: BATCH }, () => new TestOrder());
    for (const { email } of orders) this.expected.add(email);
    await this.platform.wire.send(
      'notifier',
      orders.map((order) => JSON.stringify(order.event('order.created'))),
    );
  };

  private async claims(): Promise<string[]> {
    const sql = 'SELECT claim_id FROM emails WHERE claim_id IS NOT NULL';
    const rows = await this.platform.databases.rows<{ claim_id: string }>('notifier', sql);
    return rows.map(({ claim_id }) => claim_id).filter((claim) => !this.lostClaims.has(claim));
  }

  /** The number of customers without their e-mail. */
  lost(): number {
    const received = new Set(this.platform.wire.emails().flatMap(({ to }) => to));
    return [...this.expected].filter((email) => !received.has(email)).length;
  }
}

/**
 * Waits for redeliveries. Each kill costs the messages in flight one of their five receives, so those killed five times
 * are in the dead-letter queue, and are redriven as by an operator.
 */
async function finish({ wire }: ProofPlatform): Promise<number> {
  let redriven = 0;
  let round = 0;
  await load(
    1,
    () => round > REDRIVES,
    async () => {
      await settle(
        REDELIVERY_MS,
        () => wire.depth('notifier'),
        ({ visible, hidden }) => visible + hidden === 0,
      );
      const moved = await wire.redrive('notifier');
      redriven += moved;
      round = moved === 0 ? REDRIVES + 1 : round + 1;
    },
  );
  return redriven;
}
