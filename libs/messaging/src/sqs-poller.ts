import { once } from 'node:events';
import { backoff, sleep, withDeadline } from '@app/async';
import { isUnavailable } from '@app/kernel';
import type { Logger } from '@app/telemetry';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type AwsOptions, awsClientConfig } from './aws-options.js';
import { type Delivery, toDelivery } from './delivery.js';
import { describeFailure, retryAfterOf } from './failure.js';

/**
 * Stopping waits for the running poll instead of aborting it: a message delivered to a closed connection would stay
 * hidden for its whole visibility timeout. So polls are short; any wait above 0 s still queries all of SQS's servers.
 */
const WAIT_SECONDS = 1;
const DRAIN_MS = 10_000;
/** Not 0: fauxqs 2.4 with a data folder cannot make a message visible at once, and loses it until its restart. */
const HAND_BACK_SECONDS = 1;
/** Milliseconds between attempts at a message that is kept because a dependency of its handler is down. */
const KEEP_RETRY = { base: 500, max: 15_000 };
/** How long such a message is kept; then it returns to the queue, and its next receive counts. */
const MAX_KEEP_MS = 30 * 60_000;

export interface PollerOptions extends AwsOptions {
  queueUrl: string;
  concurrency?: number;
  visibilityTimeoutSeconds?: number;
  logger: Logger;
}

/**
 * Passes a queue's messages to `process`: deletes them only after success, and extends their visibility while it runs.
 * If a dependency of the handler is down (`service-unavailable`), the message is kept and retried, so that an outage
 * uses up no receives; when kept messages take all places, nothing more is received. The first success ends all waits.
 */
export class SqsPoller {
  private readonly sqs: SQSClient;
  private readonly concurrency: number;
  private readonly visibilitySeconds: number;
  private readonly stopping = new AbortController();
  private readonly stopped = once(this.stopping.signal, 'abort');
  private readonly running = new Map<Delivery, Promise<void>>();
  private readonly heartbeats = new Map<Delivery, NodeJS.Timeout>();
  private readonly waiting = new Set<AbortController>();
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: PollerOptions,
    private readonly process: (message: Delivery) => Promise<void>,
  ) {
    this.sqs = new SQSClient(awsClientConfig(options, { deadlineMs: (WAIT_SECONDS + 5) * 1_000, attempts: 2 }));
    this.concurrency = options.concurrency ?? 10;
    this.visibilitySeconds = options.visibilityTimeoutSeconds ?? 90;
  }

  start(): void {
    this.loop = this.poll();
  }

  /** Receives nothing more, waits up to 10 s for running work, and returns the rest to the queue. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.endWaits();
    const done = this.loop.then(() => Promise.all(this.running.values()));
    await withDeadline(done, DRAIN_MS, 'The queue').catch(() => undefined);
    for (const heartbeat of this.heartbeats.values()) clearInterval(heartbeat);
    await Promise.all([...this.running.keys()].map((delivery) => this.hide(delivery, HAND_BACK_SECONDS)));
    this.sqs.destroy();
  }

  /** Rejects when the queue does not respond. */
  async ping(): Promise<void> {
    await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.options.queueUrl, AttributeNames: ['QueueArn'] }),
    );
  }

  private async poll(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const deliveries = await this.receive(this.concurrency - this.running.size);
        if (failures > 0) this.options.logger.info({ failures }, 'the queue answers again');
        failures = 0;
        await this.take(deliveries);
      } catch (error) {
        // One line per outage, not one per attempt.
        if (failures === 0) this.options.logger.warn(describeFailure(error), 'the queue does not answer; trying again');
        await this.pause(backoff(failures++, { base: 200, max: 10_000 }));
      }
    }
  }

  /** Starts work on each delivery; resolves as soon as a place is free. */
  private async take(deliveries: Delivery[]): Promise<void> {
    for (const delivery of deliveries) {
      if (this.stopping.signal.aborted) await this.hide(delivery, HAND_BACK_SECONDS);
      else this.begin(delivery);
    }
    if (this.running.size >= this.concurrency) await Promise.race([...this.running.values(), this.stopped]);
  }

  private begin(delivery: Delivery): void {
    const work = this.work(delivery).finally(() => this.running.delete(delivery));
    this.running.set(delivery, work);
  }

  private async work(delivery: Delivery): Promise<void> {
    // Renewing after a third of the timeout tolerates two failed extensions.
    const extend = (): void => void this.hide(delivery, this.visibilitySeconds);
    this.heartbeats.set(delivery, setInterval(extend, (this.visibilitySeconds * 1_000) / 3));
    const outcome = await this.processWithRetries(delivery);
    clearInterval(this.heartbeats.get(delivery));
    this.heartbeats.delete(delivery);
    if (outcome === 'done') {
      this.endWaits();
      await this.acknowledge(delivery);
    } else await this.hide(delivery, this.visibilityAfter(delivery, outcome.failure));
  }

  /** `process` has already logged the failure. */
  private async processWithRetries(delivery: Delivery): Promise<'done' | { failure: unknown }> {
    const keptUntil = performance.now() + MAX_KEEP_MS;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.process(delivery).then(
        () => 'done' as const,
        (failure: unknown) => ({ failure }),
      );
      if (outcome === 'done' || !isUnavailable(outcome.failure)) return outcome;
      const seconds = outcome.failure.retryAfter ?? 0;
      await this.waitForRetry(Math.min(KEEP_RETRY.max, Math.max(seconds * 1_000, backoff(attempt, KEEP_RETRY))));
      if (this.stopping.signal.aborted || performance.now() > keptUntil) return outcome;
    }
  }

  private async waitForRetry(ms: number): Promise<void> {
    const waiting = new AbortController();
    this.waiting.add(waiting);
    if (!this.stopping.signal.aborted) await sleep(ms, waiting.signal);
    this.waiting.delete(waiting);
  }

  private endWaits(): void {
    for (const waiting of this.waiting) waiting.abort();
  }

  /** As long as the handler asks for, or with a growing backoff; then the message is redelivered or dead-lettered. */
  private visibilityAfter({ receiveCount }: Delivery, failure: unknown): number {
    if (this.stopping.signal.aborted) return HAND_BACK_SECONDS;
    return retryAfterOf(failure) ?? HAND_BACK_SECONDS + Math.floor(backoff(receiveCount, { base: 0.5, max: 60 }));
  }

  private async receive(room: number): Promise<Delivery[]> {
    const { Messages: messages = [] } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.options.queueUrl,
        MaxNumberOfMessages: Math.min(room, 10),
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: this.visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return messages.map(toDelivery);
  }

  private async acknowledge({ receipt, messageId }: Delivery): Promise<void> {
    try {
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.options.queueUrl, ReceiptHandle: receipt }));
    } catch (error) {
      const fields = { message_id: messageId, ...describeFailure(error) };
      this.options.logger.warn(fields, 'a processed message could not be deleted; it will be delivered again');
    }
  }

  /** Hides the message for `seconds` from now. Best effort: if it fails, the visibility timeout applies. */
  private async hide({ receipt, messageId }: Delivery, seconds: number): Promise<void> {
    const command = { QueueUrl: this.options.queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds };
    try {
      await this.sqs.send(new ChangeMessageVisibilityCommand(command));
    } catch (error) {
      const fields = { message_id: messageId, ...describeFailure(error) };
      this.options.logger.warn(fields, 'the visibility of a message could not be changed');
    }
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, this.stopping.signal);
  }
}
