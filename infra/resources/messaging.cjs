// The topic, and each service's queue, dead-letter queue and subscription, by its manifest.
const { filterPolicy, names, QUEUES } = require('../services.cjs');
const { att, pascal, ref, resource } = require('./cfn.cjs');

const DAYS_14 = 1_209_600;

/** Denies all access without TLS. */
const onlyByTls = (Sid, Action, Resource) => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

module.exports = ({ stage, local }) => {
  const named = names(stage);
  const resources = {
    EventsTopic: resource('AWS::SNS::Topic', {
      TopicName: named.topic,
      // A separate key would have to let SNS publish to the queues; the topic carries the same data as they do.
      ...(local ? {} : { KmsMasterKeyId: 'alias/aws/sns' }),
    }),
    EventsTopicPolicy: topicPolicy('EventsTopic', []),
  };
  for (const [app, wanted] of Object.entries(QUEUES)) {
    Object.assign(
      resources,
      queue(`${pascal(app)}Queue`, {
        name: named.queue(app),
        deadLetters: named.deadLetterQueue(app),
        visibility: wanted.visibilityTimeoutSeconds,
        retention: wanted.retentionSeconds,
        deadLetterRetention: wanted.dlqRetentionSeconds,
        receives: wanted.maxReceiveCount,
        topic: 'EventsTopic',
      }),
      {
        [`${pascal(app)}Subscription`]: subscription(`${pascal(app)}Queue`, 'EventsTopic', {
          FilterPolicyScope: wanted.filterScope,
          FilterPolicy: filterPolicy(wanted),
        }),
      },
    );
  }
  return { Resources: resources };
};
Object.assign(module.exports, { queue, subscription, topicPolicy, DAYS_14 });

/** Publishers other than the functions, which have roles. */
function topicPolicy(id, allowed) {
  return resource('AWS::SNS::TopicPolicy', {
    Topics: [ref(id)],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [...allowed, onlyByTls(`PublishTo${id}ByTls`, 'sns:Publish', ref(id))],
    },
  });
}

/** A queue for one topic, and its dead-letter queue, which SNS also uses for undeliverable messages. */
function queue(id, { name, deadLetters, visibility, retention, deadLetterRetention, receives, topic }) {
  return {
    [`${id}DeadLetters`]: resource('AWS::SQS::Queue', {
      QueueName: deadLetters,
      MessageRetentionPeriod: deadLetterRetention,
      SqsManagedSseEnabled: true,
    }),
    [id]: resource('AWS::SQS::Queue', {
      QueueName: name,
      VisibilityTimeout: visibility,
      MessageRetentionPeriod: retention,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn: att(`${id}DeadLetters`, 'Arn'), maxReceiveCount: receives },
    }),
    [`${id}Policy`]: resource('AWS::SQS::QueuePolicy', {
      Queues: [ref(id), ref(`${id}DeadLetters`)],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [id, `${id}DeadLetters`].flatMap((target) => [
          {
            Sid: `SendTo${target}`,
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: att(target, 'Arn'),
            Condition: { ArnEquals: { 'aws:SourceArn': ref(topic) } },
          },
          onlyByTls(`Use${target}ByTls`, 'sqs:*', att(target, 'Arn')),
        ]),
      },
    }),
  };
}

function subscription(queueId, topic, filter = {}) {
  return resource('AWS::SNS::Subscription', {
    TopicArn: ref(topic),
    Protocol: 'sqs',
    Endpoint: att(queueId, 'Arn'),
    RawMessageDelivery: true,
    RedrivePolicy: { deadLetterTargetArn: att(`${queueId}DeadLetters`, 'Arn') },
    ...filter,
  });
}
