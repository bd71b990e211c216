import { TestOrder } from '../../../test/support/sample-events.js';
import { exactly, info, none } from '../frame/figures.js';
import { countEmails, sendAll, shuffled, untilFinished } from '../frame/mail-run.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const DELIVERIES = 3;

/** Every event arrives three times, in random order, at two processes at once. */
export const mailOnce: Proof = {
  name: 'R4',
  failure: 'the same e-mail twice',
  mutants: ['mail-without-claims'],
  async run(stage: Stage) {
    const events = stage.amount(1_000, 60);
    const platform = await stage.platform({ services: ['notifier'] });
    await platform.another('notifier');
    const bodies = Array.from({ length: events }, () => JSON.stringify(new TestOrder().event('order.created')));
    await sendAll(platform, 'notifier', shuffled(Array.from({ length: DELIVERIES }, () => bodies).flat()));
    stage.progress(`${events * DELIVERIES} messages are in the queue`);
    await untilFinished(platform, 'notifier');
    const { sent, events: mailed } = countEmails(platform);
    return [
      info('deliveries', events * DELIVERIES),
      exactly('e-mails', sent, events),
      none('events without e-mail', events - mailed),
      none('dead letters', (await platform.wire.deadLetters('notifier')).visible),
    ];
  },
};
