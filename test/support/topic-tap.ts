import { createTopology } from '@app/messaging';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { QUEUES } from '../../apps/queues.js';
import { eventually } from './eventually.js';

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** A test's queue that receives every event of a running platform. */
export class TopicTap {
  private readonly seen: string[] = [];

  private constructor(
    private readonly sqs: SQSClient,
    private readonly url: string,
  ) {}

  static async open(endpoint: string): Promise<TopicTap> {
    const aws = { region: 'eu-west-1', endpoint, credentials: CREDENTIALS };
    const { topicArn: TopicArn } = await createTopology('local', QUEUES, aws);
    const sqs = new SQSClient(aws);
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `tap-${randomUUID()}` }));
    const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
    const sns = new SNSClient(aws);
    const Endpoint = found.Attributes?.['QueueArn'];
    const Attributes = { RawMessageDelivery: 'true' };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
    sns.destroy();
    return new TopicTap(sqs, url);
  }

  /** The first event whose text matches. */
  find(wanted: (body: string) => boolean): Promise<string> {
    return eventually(async () => {
      const request = { QueueUrl: this.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
      const { Messages: messages = [] } = await this.sqs.send(new ReceiveMessageCommand(request));
      this.seen.push(...messages.map(({ Body = '' }) => Body));
      const found = this.seen.find(wanted);
      if (found === undefined) throw new Error(`None of ${this.seen.length} events is the wanted one.`);
      return found;
    });
  }

  close(): void {
    this.sqs.destroy();
  }
}
