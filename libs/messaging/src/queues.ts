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

/** A message in a queue. */
export interface QueuedMessage {
  message_id: string;
  sent_at: Date;
  /** How often it was received, including by `peek`. */
  receives: number;
  body: string;
}

export interface RedriveOptions {
  /** Maximum number of messages, so that one that fails again at once is not moved for ever. */
  limit: number;
  /** Called after each batch. */
  onMoved?: (moved: number) => void;
}

const BATCH = 10;
/** Long enough to move a batch; the messages of a killed redrive reappear after it. */
const HOLD_SECONDS = 60;
/** Peeked messages are hidden for this time; they are returned when all have been seen. */
const PEEK_SECONDS = 20;

/** When a peeked message reappears. Not 0, which the embedded queues cannot store. */
const RETURN_SECONDS = 1;
/** Long enough for such a message to reappear. */
const WAIT_SECONDS = 2;

/** Queues for operators; services never consume through it. */
export class Queues {
  private readonly sqs: SQSClient;

  constructor(options: AwsOptions) {
    this.sqs = new SQSClient(awsClientConfig(options, { deadlineMs: 10_000, attempts: 3 }));
  }

  close(): void {
    this.sqs.destroy();
  }

  /** @throws DomainError `not-found` if the queue does not exist. */
  async url(name: string): Promise<string> {
    try {
      return (await this.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl ?? '';
    } catch (error) {
      throw error instanceof QueueDoesNotExist ? notFound(`queue ${name}`) : error;
    }
  }

  /** The number of waiting messages, and of received ones that are neither deleted nor returned. */
  async depth(url: string): Promise<{ waiting: number; held: number }> {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    const { Attributes: found = {} } = await this.sqs.send(command);
    return {
      waiting: Number(found['ApproximateNumberOfMessages'] ?? 0),
      held: Number(found['ApproximateNumberOfMessagesNotVisible'] ?? 0),
    };
  }

  /** Returns some of the messages, at most `limit`: SQS has no order for a listing. They stay in the queue. */
  async peek(url: string, limit: number): Promise<QueuedMessage[]> {
    const seen = new Map<string, Message>();
    try {
      for (let fresh = true; fresh && seen.size < limit;) {
        const found = await this.receive(url, Math.min(BATCH, limit - seen.size), PEEK_SECONDS);
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
   * Moves messages to another queue in batches; a message is deleted only after the other queue has accepted it, so a
   * crash may duplicate one but never loses it. Returns the number of moved messages.
   *
   * @throws an error of sending, after its batch has been handled.
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
   * Moves one message; returns whether it was found, which fails for a message that somebody else has received.
   * Receives at most `limit` messages, which are hidden meanwhile. A crash may duplicate the message.
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
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: RETURN_SECONDS }));
      await this.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    }
  }
}
