import { gathering } from '@app/async';
import type { Envelope } from '@app/events';
import { assertNoTransaction, DomainError } from '@app/kernel';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

/** Limits of one call of SNS: messages and bytes, of which a quarter is left for attributes. */
const MAX_MESSAGES = 10;
const MAX_BYTES = 192 * 1024;

export interface SnsClientOptions extends AwsOptions {
  topicArn: string;
  /** Deadline of the only attempt to publish: publishers retry by themselves. */
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
  /** Events of one turn of the event loop share a call, which costs ten times as much as a further message. */
  private readonly batch = gathering<Message, Error | undefined>(MAX_MESSAGES, (messages) => this.sendAll(messages));

  constructor(private readonly options: SnsClientOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.sns = new SNSClient(awsClientConfig(options, { deadlineMs: options.deadlineMs ?? 3_000, attempts: 1 }));
  }

  /**
   * Resolves once SNS has accepted the event, whatever happens to others in the same call.
   * @throws `service-unavailable` when SNS is down or busy and the event is not at fault; otherwise any other error.
   */
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
    const failure = await this.batch({ event_type: String(pattern), event_version: data.event_version, text });
    if (failure) throw failure;
    return undefined as T;
  }

  /**
   * Sends in calls that SNS accepts; if it rejects a whole call, sends each message alone, so that only bad ones fail.
   */
  private async sendAll(messages: Message[]): Promise<(Error | undefined)[]> {
    const bytes = messages.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    if (messages.length > 1 && bytes > MAX_BYTES) return this.sendEach(messages);
    try {
      return await this.sendTogether(messages);
    } catch (error) {
      if (!isRefusal(error)) throw away(error);
      if (messages.length > 1) return this.sendEach(messages);
      throw error;
    }
  }

  private async sendEach(messages: Message[]): Promise<(Error | undefined)[]> {
    return Promise.all(
      messages.map((message) =>
        this.sendAll([message]).then(
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
    // A message has failed unless SNS reports that it was accepted.
    const ids = new Set(accepted.map(({ Id }) => Id));
    const refused = new Map(failed.filter(({ SenderFault }) => SenderFault).map((entry) => [entry.Id, entry]));
    return messages.map((_, index) => {
      if (ids.has(String(index))) return undefined;
      const refusal = refused.get(String(index));
      return refusal ? new Error(`SNS refused: ${refusal.Code}: ${refusal.Message ?? ''}`) : away();
    });
  }
}

/** Escapes two characters that are legal in JSON, but not in messages of SNS and SQS. */
function sendable(json: string): string {
  return json.replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}

const away = (cause?: unknown) => new DomainError('service-unavailable', 'SNS is unavailable.', { cause });

/** Whether SNS rejected an event, and is not down, busy, or waiting for an operator (a missing permission). */
function isRefusal(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return [400, 413].includes($metadata?.httpStatusCode ?? 0) && !/Throttl/.test(name ?? '');
}
