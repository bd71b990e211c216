import { createTopology, type AwsOptions, type Topology } from '@app/messaging';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Consumer } from '../../apps/manifests.js';
import { QUEUES } from '../../apps/queues.js';

export { type Consumer, CONSUMERS } from '../../apps/manifests.js';
export { QUEUES } from '../../apps/queues.js';

/** A test's access to one app's queue and dead-letter queue. */
export class QueueProbe {
  private readonly sqs: SQSClient;

  private constructor(
    readonly topology: Topology<Consumer>,
    private readonly app: Consumer,
    aws: AwsOptions,
  ) {
    this.sqs = new SQSClient({ ...aws, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } } as never);
  }

  static async create(stage: string, app: Consumer, aws: AwsOptions): Promise<QueueProbe> {
    return new QueueProbe(await createTopology(stage, QUEUES, aws), app, aws);
  }

  get url(): string {
    return this.topology.queueUrls[this.app];
  }

  send(body: string): Promise<unknown> {
    return this.sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  /** Lowers the limit, so that tests do not wait for five receives. */
  async limitReceives(maxReceiveCount: number): Promise<void> {
    const { RedrivePolicy: policy = '{}' } = await this.attributes(this.url);
    const RedrivePolicy = JSON.stringify({ ...(JSON.parse(policy) as object), maxReceiveCount });
    await this.sqs.send(new SetQueueAttributesCommand({ QueueUrl: this.url, Attributes: { RedrivePolicy } }));
  }

  /** Messages waiting, and messages received but not yet deleted. */
  async depth(): Promise<{ visible: number; hidden: number }> {
    const found = await this.attributes(this.url);
    return {
      visible: Number(found['ApproximateNumberOfMessages']),
      hidden: Number(found['ApproximateNumberOfMessagesNotVisible']),
    };
  }

  async deadLetters(): Promise<string[]> {
    const request = { QueueUrl: this.topology.dlqUrls[this.app], MaxNumberOfMessages: 10, VisibilityTimeout: 0 };
    const { Messages: messages = [] } = await this.sqs.send(new ReceiveMessageCommand(request));
    return messages.map(({ Body: body = '' }) => body);
  }

  async attributes(queueUrl: string): Promise<Record<string, string>> {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] });
    return (await this.sqs.send(command)).Attributes ?? {};
  }

  close(): void {
    this.sqs.destroy();
  }
}
