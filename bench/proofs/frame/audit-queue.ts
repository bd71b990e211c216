import { awsClientConfig, type AwsOptions } from '@app/messaging';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Creates a queue that receives every event of the topic and that only the proof reads. */
export async function createAuditQueue(aws: AwsOptions, topicArn: string): Promise<string> {
  const sqs = new SQSClient(awsClientConfig(aws, { deadlineMs: 5_000, attempts: 3 }));
  const sns = new SNSClient(awsClientConfig(aws, { deadlineMs: 5_000, attempts: 3 }));
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'proof-audit' }));
  const { Attributes: found } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: found?.QueueArn,
      Attributes: { RawMessageDelivery: 'true' },
    }),
  );
  sqs.destroy();
  sns.destroy();
  return url;
}
