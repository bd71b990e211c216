import { createTopology } from '@app/messaging';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QUEUES } from '../../apps/queues.js';

/**
 * Puts dead letters into the dead-letter queue of a running platform's notifier, without its five attempts of 90 s
 * each. They come from a topic, as real ones do.
 */
export class DeadLetters {
  private constructor(
    private readonly sns: SNSClient,
    private readonly topicArn: string | undefined,
  ) {}

  static async open(endpoint: string): Promise<DeadLetters> {
    const aws = { region: 'eu-west-1', endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    const { dlqUrls } = await createTopology('local', QUEUES, aws);
    const sqs = new SQSClient(aws);
    const queue = { QueueUrl: dlqUrls.notifier, AttributeNames: ['QueueArn' as const] };
    const { Attributes: found } = await sqs.send(new GetQueueAttributesCommand(queue));
    sqs.destroy();
    const sns = new SNSClient(aws);
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'dead-letters-of-a-test' }));
    const Endpoint = found?.['QueueArn'];
    const Attributes = { RawMessageDelivery: 'true' };
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
    return new DeadLetters(sns, TopicArn);
  }

  async add(letter: object): Promise<void> {
    await this.sns.send(new PublishCommand({ TopicArn: this.topicArn, Message: JSON.stringify(letter) }));
  }

  close(): void {
    this.sns.destroy();
  }
}
