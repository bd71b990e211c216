import { awsClientConfig } from '@app/messaging';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { once } from 'node:events';
import { join } from 'node:path';
import { CONSUMERS } from '../../../apps/manifests.js';
import { QUEUES } from '../../../apps/queues.js';
import { TestOrder } from '../../../test/support/sample-events.js';
import { atLeast, exactly, info, none } from '../frame/figures.js';
import { startChild } from '../frame/child.js';
import { countEmails, sendAll, untilFinished } from '../frame/mail-run.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const LETTERS = 50;
const SENT_BEFORE = 20;

/**
 * Messages are dead-lettered, some after their e-mail was sent, and are redriven through a flaky connection until none
 * is left.
 */
export const deadLetters: Proof = {
  name: 'R8',
  failure: 'the DLQ loses data',
  mutants: ['redrive-deletes-first', 'mail-without-claims'],
  async run(stage: Stage) {
    const platform = await stage.platform({ services: ['notifier'] });
    const bodies = Array.from({ length: LETTERS }, () => JSON.stringify(new TestOrder().event('order.created')));
    await sendAll(platform, 'notifier', bodies.slice(0, SENT_BEFORE));
    await untilFinished(platform, 'notifier');
    const before = countEmails(platform).sent;

    await platform.services.notifier.terminate();
    await sendAll(platform, 'notifier', bodies);
    await receiveInVain(platform, stage);
    const { visible: dead } = await platform.wire.deadLetters('notifier');
    const failures = await redriveUntilDone(platform, stage);
    await platform.services.notifier.start();
    await untilFinished(platform, 'notifier');
    const { sent, events } = countEmails(platform);
    const tooShort = CONSUMERS.filter((app) => QUEUES[app].dlqRetentionSeconds <= QUEUES[app].retentionSeconds);
    return [
      info('sent before', before),
      exactly('dead letters', dead, LETTERS),
      atLeast('redrives that failed halfway', failures, 1),
      none('left in the dead-letter queue', await deadLettersLeft(platform)),
      exactly('e-mails', sent, LETTERS),
      none('lost', LETTERS - events),
      none('dead-letter queues that keep shorter than their queue', tooShort.length),
    ];
  },
};

/** Returns the number of failed redrives before the one that finds nothing left. */
async function redriveUntilDone(platform: ProofPlatform, stage: Stage): Promise<number> {
  const { aws, dlqUrls, queueUrls } = platform.wire.addresses;
  for (let failures = 0; ; failures++) {
    const child = startChild({
      program: 'bench/proofs/frame/redrive-process.js',
      args: [aws, dlqUrls.notifier, queueUrls.notifier],
      preloads: ['preloads/failing-sends', ...stage.mutants],
      logFile: join(stage.folder, 'redrive.log'),
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === 0 && (await deadLettersLeft(platform)) === 0) return failures;
    if (failures > LETTERS) throw new Error(`${failures} redrives have failed; see redrive.log.`);
  }
}

async function deadLettersLeft({ wire }: ProofPlatform): Promise<number> {
  const { visible, hidden } = await wire.deadLetters('notifier');
  return visible + hidden;
}

/** Receives as a consumer that always dies, until the queue's redrive policy has moved every message. */
async function receiveInVain({ wire }: ProofPlatform, stage: Stage): Promise<void> {
  const { aws: endpoint, queueUrls } = wire.addresses;
  const sqs = new SQSClient(awsClientConfig({ region: 'eu-west-1', endpoint }, { deadlineMs: 10_000, attempts: 3 }));
  const QueueUrl = queueUrls.notifier;
  for (let left = LETTERS; left > 0;) {
    const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 1, WaitTimeSeconds: 1 };
    await sqs.send(new ReceiveMessageCommand(request));
    const { visible, hidden } = await wire.depth('notifier');
    left = visible + hidden;
    stage.progress(`${left} messages have receives left`);
  }
  sqs.destroy();
}
