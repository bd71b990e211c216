import { TestOrder } from '../../../test/support/sample-events.js';
import { atMost, exactly, info, none } from '../frame/figures.js';
import { countEmails, sendAll, untilFinished } from '../frame/mail-run.js';
import { settle } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const BATCH = 100;
/** A poison message is hidden between its receives; messages behind it must not wait that long. */
const PROMPT_MS = 60_000;

const created = () => new TestOrder().event('order.created');
const POISON = [
  () => '{"event_id": "cut off',
  () => JSON.stringify({ ...created(), payload: { order_id: 1 } }),
  () =>
    JSON.stringify({ ...created(), event_type: 'user.registered', payload: { user_id: 1, email: 'a@example.com' } }),
];

/** One message in a hundred can never be handled: not JSON, a broken contract, or an unknown event. */
export const poison: Proof = {
  name: 'R7',
  failure: 'a poison message blocks the queue',
  mutants: ['failures-acknowledged'],
  async run(stage: Stage) {
    const platform = await stage.platform({ services: ['notifier'] });
    const good = POISON.length * (BATCH - 1);
    const bodies = POISON.flatMap((bad) => [
      bad(),
      ...Array.from({ length: BATCH - 1 }, () => JSON.stringify(created())),
    ]);
    await sendAll(platform, 'notifier', bodies);
    const began = Date.now();
    await settle(
      PROMPT_MS,
      () => countEmails(platform).events,
      (mailed) => mailed === good,
    );
    const seconds = (Date.now() - began) / 1_000;
    stage.progress('all valid messages are mailed');
    await untilFinished(platform, 'notifier');
    const { sent, events } = countEmails(platform);
    const dead = await platform.wire.deadLetters('notifier');
    return [
      info('good messages', good),
      exactly('mailed once', sent, good),
      none('not mailed', good - events),
      atMost('seconds until the last', seconds, PROMPT_MS / 1_000),
      exactly('poison in the dead-letter queue', dead.visible, POISON.length),
    ];
  },
};
