import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { notFound } from '@app/kernel';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

/** A message as it lies in a queue. */
export interface QueuedMessage {
  message_id: string;
  sent_at: Date;
  /** How often it was received, looking at it included. */
  receives: number;
  body: string;
}

export interface RedriveOptions {
  /** Messages at most, so that one that dies again at once is not moved for ever. */
  limit: number;
  /** Told after each batch. */
  onMoved?: (moved: number) => void;
}

const BATCH = 10;
/** Long enough to move a batch; what a killed redrive held comes back then. */
const HOLD_SECONDS = 60;
/** Not visible to other lookers for so long; they are given back when all have been seen. */
const LOOK_SECONDS = 20;

/** When a message that was only looked at is back. Not at once, which the embedded queues cannot store. */
const SOON_SECONDS = 1;
/** Long enough for a message that was given back soon. */
const WAIT_SECONDS = 2;

/** Queues as operators see them; never the way by which a service consumes. */
export class Queues {
  private readonly sqs: SQSClient;

  constructor(options: AwsOptions) {
    this.sqs = new SQSClient(awsClientConfig(options, { deadlineMs: 10_000, attempts: 3 }));
  }

  close(): void {
    this.sqs.destroy();
  }

  /** @throws DomainError `not-found` for a queue that this place does not have. */
  async url(name: string): Promise<string> {
    try {
      return (await this.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
    } catch (error) {
      throw error instanceof QueueDoesNotExist ? notFound(`queue ${name}`) : error;
    }
  }

  /** Messages that wait, and those that somebody has received and neither deleted nor given back. */
  async depth(url: string): Promise<{ waiting: number; held: number }> {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    const { Attributes: found = {} } = await this.sqs.send(command);
    return {
      waiting: Number(found['ApproximateNumberOfMessages'] ?? 0),
      held: Number(found['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  }

  /** Some of the messages, and at most `limit`: SQS has no order to list them in. They stay where they are. */
  async peek(url: string, limit: number): Promise<QueuedMessage[]> {
    const seen = new Map<string, Message>();
    try {
      for (let fresh = true; fresh && seen.size < limit;) {
        const found = await this.receive(url, Math.min(BATCH, limit - seen.size), LOOK_SECONDS);
        fresh = found.some(({ MessageId: id = '' }) => !seen.has(id));
        for (const message of found) seen.set(message.MessageId ?? '', message);
      }
    } finally {
      await this.giveBack(url, [...seen.values()]);
    }
    return [...seen.values()].map((message) => ({
      message_id: message.MessageId ?? '',
      sent_at: new Date(Number(message.Attributes?.SentTimestamp ?? 0)),
      receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
      body: message.Body ?? '',
    }));
  }

  /**
   * Moves messages from one queue to another, in batches; a message is deleted only after the other queue has taken it.
   * Answers how many were moved. One may be there twice when this process dies in between, never lost.
   *
   * @throws what sending throws, once its batch has been dealt with.
   */
  async redrive(from: string, to: string, { limit, onMoved }: RedriveOptions): Promise<number> {
    let moved = 0;
    while (moved < limit) {
      const messages = await this.receive(from, Math.min(BATCH, limit - moved), HOLD_SECONDS);
      if (messages.length === 0) break;
      const outcomes = await Promise.allSettled(messages.map((message) => this.forward(to, message)));
      const taken = messages.filter((_, index) => outcomes[index]?.status === 'fulfilled');
      await this.remove(from, taken);
      moved += taken.length;
      onMoved?.(moved);
      const failure = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failure) {
        const left = messages.filter((message) => !taken.includes(message));
        await this.giveBack(from, left);
        throw failure.reason;
      }
    }
    return moved;
  }

  /**
   * Moves one message, and answers whether it was there to be moved: one that somebody else holds just now is not. Looks at
   * `limit` messages at most, which are held meanwhile. The message may be there twice when this process dies in between.
   */
  async redriveOne(from: string, to: string, messageId: string, { limit }: { limit: number }): Promise<boolean> {
    const held: Message[] = [];
    try {
      while (held.length < limit) {
        const found = await this.receive(from, BATCH, HOLD_SECONDS, WAIT_SECONDS);
        if (found.length === 0) return false;
        held.push(...found);
        const wanted = found.find(({ MessageId: id }) => id === messageId);
        if (!wanted) continue;
        await this.forward(to, wanted);
        await this.remove(from, [wanted]);
        held.splice(held.indexOf(wanted), 1);
        return true;
      }
      return false;
    } finally {
      await this.giveBack(from, held);
    }
  }

  async send(url: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  }

  private async receive(url: string, count: number, holdSeconds: number, waitSeconds = 0): Promise<Message[]> {
    const request = {
      QueueUrl: url,
      MaxNumberOfMessages: count,
      VisibilityTimeout: holdSeconds,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['SentTimestamp' as const, 'ApproximateReceiveCount' as const],
      MessageAttributeNames: ['All'],
    };
    return (await this.sqs.send(new ReceiveMessageCommand(request))).Messages ?? [];
  }

  private async forward(to: string, { Body: body, MessageAttributes: attributes }: Message): Promise<void> {
    const command = { QueueUrl: to, MessageBody: body, ...(attributes && { MessageAttributes: attributes }) };
    await this.sqs.send(new SendMessageCommand(command));
  }

  private async remove(url: string, messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await this.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
  }

  private async giveBack(url: string, messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += BATCH) {
      const Entries = messages
        .slice(from, from + BATCH)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: SOON_SECONDS }));
      await this.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    }
  }
}
