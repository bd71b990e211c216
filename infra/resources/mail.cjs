// Sending: the domain, and a configuration set whose bounces and complaints come back through a topic and a queue.
const { ref, resource, sub } = require('./cfn.cjs');
const { DAYS_14, queue, subscription } = require('./messaging.cjs');

module.exports = ({ stage, mailDomain }) => ({
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
    FeedbackTopic: resource('AWS::SNS::Topic', { TopicName: `commerce-${stage}-feedback` }),
    FeedbackTopicPolicy: resource('AWS::SNS::TopicPolicy', {
      Topics: [ref('FeedbackTopic')],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'PublishFeedback',
            Effect: 'Allow',
            Principal: { Service: 'ses.amazonaws.com' },
            Action: 'sns:Publish',
            Resource: ref('FeedbackTopic'),
            Condition: {
              StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
              ArnEquals: {
                'aws:SourceArn': sub(
                  'arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${AWS::StackName}',
                ),
              },
            },
          },
        ],
      },
    }),
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
