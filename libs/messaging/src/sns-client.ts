import { assertNoTransaction, gathering } from '@app/kernel';
import type { Envelope } from '@app/events';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

/** SNS takes so many messages in one call, and so many bytes; a quarter of the latter is left for attributes. */
const AT_ONCE = 10;
const MAX_BYTES = 192 * 1024;

export interface SnsClientOptions extends AwsOptions {
  topicArn: string;
  /** Bounds one attempt to publish; there are at most two. */
  deadlineMs?: number;
}

interface Message {
  event_type: string;
  event_version: number;
  text: string;
}

/** Nest's client side of the platform's topic: `emit(event_type, envelope)` publishes. */
export class SnsClient extends ClientProxy {
  private readonly sns: SNSClient;
  /** Events published in one turn of the event loop share a call, which costs ten times what a message more does. */
  private readonly hand = gathering<Message, Error | undefined>(AT_ONCE, (messages) => this.sendAll(messages));

  constructor(private readonly options: SnsClientOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.sns = new SNSClient(awsClientConfig(options, { deadlineMs: options.deadlineMs ?? 3_000, attempts: 2 }));
  }

  /** Resolves once SNS has accepted the event, and rejects otherwise; what becomes of others in its call is theirs. */
  async publishEnvelope(envelope: Envelope): Promise<void> {
    assertNoTransaction('Publishing an event');
    await this.dispatchEvent({ pattern: envelope.event_type, data: envelope });
  }

  override connect(): Promise<void> {
    return Promise.resolve();
  }

  override close(): void {
    this.sns.destroy();
  }

  override unwrap<T>(): T {
    return this.sns as T;
  }

  protected override publish(): () => void {
    throw new Error('A topic answers nothing: use emit, or a command client for questions.');
  }

  protected override async dispatchEvent<T>({ pattern, data }: ReadPacket<Envelope>): Promise<T> {
    const text = sendable(JSON.stringify(data));
    const failure = await this.hand({ event_type: String(pattern), event_version: data.event_version, text });
    if (failure) throw failure;
    return undefined as T;
  }

  /** In calls that SNS takes; one it refuses as a whole is sent message by message, so that the bad one fails alone. */
  private async sendAll(messages: Message[]): Promise<(Error | undefined)[]> {
    const bytes = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    if (messages.length > 1 && bytes > MAX_BYTES) return this.sendEach(messages);
    try {
      return await this.sendTogether(messages);
    } catch (error) {
      if (messages.length > 1 && isRefusal(error)) return this.sendEach(messages);
      throw error;
    }
  }

  private async sendEach(messages: Message[]): Promise<(Error | undefined)[]> {
    return Promise.all(
      messages.map((message) =>
        this.sendTogether([message]).then(
          ([failure]) => failure,
          (error: Error) => error,
        ),
      ),
    );
  }

  private async sendTogether(messages: Message[]): Promise<(Error | undefined)[]> {
    const { Successful: accepted = [], Failed: failed = [] } = await this.sns.send(
      new PublishBatchCommand({
        TopicArn: this.options.topicArn,
        PublishBatchRequestEntries: messages.map(({ event_type, event_version, text }, index) => ({
          Id: String(index),
          Message: text,
          MessageAttributes: {
            event_type: { DataType: 'String', StringValue: event_type },
            event_version: { DataType: 'String', StringValue: String(event_version) },
          },
        })),
      }),
    );
    // Failed unless SNS says that it was accepted.
    const ids = new Set(accepted.map(({ Id }) => Id));
    const reasons = new Map(failed.map(({ Id, Code, Message }) => [Id, `${Code}: ${Message ?? ''}`]));
    return messages.map((_, index) =>
      ids.has(String(index)) ? undefined : new Error(`SNS refused: ${reasons.get(String(index)) ?? 'no answer'}`),
    );
  }
}

/** Two characters that JSON may hold as they are, but no message of SNS or SQS: the same text with them escaped. */
function sendable(json: string): string {
  return json.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

/** Whether SNS found fault with the call, rather than being away or busy. */
function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 429;
}
