import { assertNoTransaction } from '@app/kernel';
import type { Envelope } from '@app/events';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ClientProxy, type ReadPacket } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

export interface SnsClientOptions extends AwsOptions {
  topicArn: string;
  /** Bounds one attempt to publish; there are at most two. */
  deadlineMs?: number;
}

/** Nest's client side of the platform's topic: `emit(event_type, envelope)` publishes. */
export class SnsClient extends ClientProxy {
  private readonly sns: SNSClient;

  constructor(private readonly options: SnsClientOptions) {
    super();
    this.initializeSerializer({});
    this.initializeDeserializer({});
    this.sns = new SNSClient(awsClientConfig(options, { deadlineMs: options.deadlineMs ?? 3_000, attempts: 2 }));
  }

  /** Resolves once SNS has accepted the event, and rejects otherwise. */
  async publishEnvelope(envelope: Envelope): Promise<void> {
    assertNoTransaction('Publishing an event');
    await lastValueFrom(this.emit(envelope.event_type, envelope), { defaultValue: undefined });
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
    await this.sns.send(
      new PublishCommand({
        TopicArn: this.options.topicArn,
        Message: JSON.stringify(data),
        MessageAttributes: {
          event_type: { DataType: 'String', StringValue: String(pattern) },
          event_version: { DataType: 'String', StringValue: String(data.event_version) },
        },
      }),
    );
    return undefined as T;
  }
}
