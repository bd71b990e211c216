// E-mail: the domain, and a configuration set whose bounces and complaints arrive through a topic and a queue.
const { ref, resource, sub } = require('./cfn.cjs');
const { DAYS_14, queue, subscription, topicPolicy } = require('./messaging.cjs');

/** SES, only for this stage's configuration set. */
const ofThisStage = () => ({
  StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
  ArnEquals: {
    'aws:SourceArn': sub(
      'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${AWS::StackName}',
    ),
  },
});

/** A separate key, since SES must use it: the AWS-managed key of SNS cannot be shared with SES. */
const feedbackKey = () =>
  resource('AWS::KMS::Key', {
    Description: 'Addresses that bounced or complained, on their way to the notifier',
    EnableKeyRotation: true,
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'LeaveItToRoles',
          Effect: 'Allow',
          Principal: { AWS: sub('arn:${AWS::Partition}:iam::${AWS::AccountId}:root') },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Sid: 'EncryptFeedback',
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
        },
      ],
    },
  });

module.exports = ({ stage, mailDomain, local }) => ({
  Resources: {
    MailSettings: resource('AWS::SES::ConfigurationSet', {
      Name: sub('${AWS::StackName}'),
      ReputationOptions: { ReputationMetricsEnabled: true },
      SuppressionOptions: { SuppressedReasons: ['BOUNCE', 'COMPLAINT'] },
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
    }),
    MailIdentity: resource('AWS::SES::EmailIdentity', {
      EmailIdentity: mailDomain,
      ConfigurationSetAttributes: { ConfigurationSetName: ref('MailSettings') },
    }),
    ...(local ? {} : { FeedbackKey: feedbackKey() }),
    FeedbackTopic: resource('AWS::SNS::Topic', {
      TopicName: `commerce-${stage}-feedback`,
      ...(local ? {} : { KmsMasterKeyId: ref('FeedbackKey') }),
    }),
    FeedbackTopicPolicy: topicPolicy('FeedbackTopic', [
      {
        Sid: 'PublishFeedback',
        Effect: 'Allow',
        Principal: { Service: 'ses.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: ref('FeedbackTopic'),
        Condition: ofThisStage(),
      },
    ]),
    MailFeedback: resource(
      'AWS::SES::ConfigurationSetEventDestination',
      {
        ConfigurationSetName: ref('MailSettings'),
        EventDestination: {
          Name: 'feedback',
          Enabled: true,
          MatchingEventTypes: ['BOUNCE', 'COMPLAINT'],
          SnsDestination: { TopicARN: ref('FeedbackTopic') },
        },
      },
      { DependsOn: 'FeedbackTopicPolicy' },
    ),
    ...queue('FeedbackQueue', {
      name: `commerce-${stage}-feedback`,
      deadLetters: `commerce-${stage}-feedback-dlq`,
      visibility: 90,
      retention: 345_600,
      deadLetterRetention: DAYS_14,
      receives: 5,
      topic: 'FeedbackTopic',
    }),
    FeedbackSubscription: subscription('FeedbackQueue', 'FeedbackTopic'),
  },
});
