import { CONSUMERS, TOPOLOGY } from '@app/events';
import { awsClientConfig } from '@app/messaging';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { TestOrder } from '../../../test/support/sample-events.js';
import { exactly, none, told } from '../frame/figures.js';
import { countEmails, sendAll, untilFinished } from '../frame/mail-run.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const LETTERS = 50;
const SENT_BEFORE = 20;

/** Messages die in the queue, some of them after their e-mail was sent, and are redriven. */
export const deadLetters: Proof = {
  name: 'R8',
  failure: 'the DLQ loses data',
  mutants: ['mail-without-claims'],
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
    const redriven = await platform.wire.redrive('notifier');
    await platform.services.notifier.start();
    await untilFinished(platform, 'notifier');
    const { sent, events } = countEmails(platform);
    const tooShort = CONSUMERS.filter(
      (app) => TOPOLOGY.queues[app].dlqRetentionSeconds <= TOPOLOGY.queues[app].retentionSeconds,
    );
    return [
      told('sent before', before),
      exactly('dead letters', dead, LETTERS),
      exactly('redriven', redriven, LETTERS),
      exactly('e-mails', sent, LETTERS),
      none('lost', LETTERS - events),
      none('dead-letter queues that keep shorter than their queue', tooShort.length),
    ];
  },
};

/** Receives as a consumer that dies each time, until the queue's own redrive policy has moved everything away. */
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
