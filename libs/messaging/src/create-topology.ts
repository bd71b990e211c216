import { filterPolicy, names, type QueueTopology } from '@app/events';
import {
  CreateTopicCommand,
  paginateListSubscriptionsByTopic,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type AwsOptions, awsClientConfig } from './aws-options.js';

export interface Topology<Consumer extends string = string> {
  topicArn: string;
  queueUrls: Record<Consumer, string>;
  dlqUrls: Record<Consumer, string>;
}

/**
 * Creates the stage's topic, and the queues, dead-letter queues and subscriptions that are given by consumer, and brings
 * existing ones up to date: it may run at every start. For the local start and tests; on AWS, infra deploys the same.
 */
export async function createTopology<Consumer extends string>(
  stage: string,
  queues: Readonly<Record<Consumer, QueueTopology>>,
  options: AwsOptions,
): Promise<Topology<Consumer>> {
  const sns = new SNSClient(awsClientConfig(options, { deadlineMs: 5_000, attempts: 3 }));
  const sqs = new SQSClient(awsClientConfig(options, { deadlineMs: 5_000, attempts: 3 }));
  try {
    const { TopicArn: topicArn = '' } = await sns.send(new CreateTopicCommand({ Name: names(stage).topic }));
    const created: { app: string; queue: Queue; deadLetters: Queue }[] = [];
    for (const [app, wanted] of Object.entries<QueueTopology>(queues)) {
      const { queue, deadLetters } = await createQueues(sqs, stage, app, wanted);
      await subscribe(sns, topicArn, wanted, queue.arn, deadLetters.arn);
      created.push({ app, queue, deadLetters });
    }
    const queueUrls = Object.fromEntries(created.map(({ app, queue }) => [app, queue.url]));
    const dlqUrls = Object.fromEntries(created.map(({ app, deadLetters }) => [app, deadLetters.url]));
    return { topicArn, queueUrls, dlqUrls } as Topology<Consumer>;
  } finally {
    sns.destroy();
    sqs.destroy();
  }
}

interface Queue {
  url: string;
  arn: string;
}

async function createQueues(
  sqs: SQSClient,
  stage: string,
  app: string,
  wanted: QueueTopology,
): Promise<{ queue: Queue; deadLetters: Queue }> {
  const deadLetters = await ensureQueue(sqs, names(stage).deadLetterQueue(app), {
    MessageRetentionPeriod: String(wanted.dlqRetentionSeconds),
  });
  const queue = await ensureQueue(sqs, names(stage).queue(app), {
    VisibilityTimeout: String(wanted.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(wanted.retentionSeconds),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: wanted.maxReceiveCount }),
  });
  return { queue, deadLetters };
}

/** CreateQueue refuses a queue whose attributes differ; so an existing one is looked up and brought up to date. */
async function ensureQueue(sqs: SQSClient, name: string, attributes: Record<string, string>): Promise<Queue> {
  let url = await queueUrl(sqs, name);
  if (url) {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  } else {
    ({ QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes })));
  }
  if (!url) throw new Error(`The queue ${name} was created without a URL.`);
  const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
  return { url, arn: found.Attributes?.QueueArn ?? '' };
}

async function queueUrl(sqs: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function subscribe(
  sns: SNSClient,
  topicArn: string,
  wanted: QueueTopology,
  queueArn: string,
  dlqArn: string,
): Promise<void> {
  const attributes = {
    RawMessageDelivery: 'true',
    FilterPolicyScope: wanted.filterScope,
    FilterPolicy: JSON.stringify(filterPolicy(wanted)),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dlqArn }),
  };
  const existing = await subscriptionOf(sns, topicArn, queueArn);
  if (!existing) {
    const request = { TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn, Attributes: attributes };
    await sns.send(new SubscribeCommand(request));
    return;
  }
  for (const [AttributeName, AttributeValue] of Object.entries(attributes)) {
    const request = { SubscriptionArn: existing, AttributeName, AttributeValue };
    await sns.send(new SetSubscriptionAttributesCommand(request));
  }
}

async function subscriptionOf(sns: SNSClient, topicArn: string, queueArn: string): Promise<string | undefined> {
  for await (const page of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn: topicArn })) {
    const found = page.Subscriptions?.find(({ Endpoint }) => Endpoint === queueArn);
    if (found) return found.SubscriptionArn;
  }
  return undefined;
}
