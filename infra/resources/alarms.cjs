// The alarms, and the dashboard for them.
const { att, functionId, pascal, ref, resource, sub } = require('./cfn.cjs');
const { names, QUEUES } = require('../services.cjs');
const { CACHE_GB } = require('./data.cjs');
const { topicPolicy } = require('./messaging.cjs');

const MINUTE = 60;

module.exports = (stage) => {
  const { queue, deadLetterQueue } = names(stage.stage);
  const queues = [
    ...Object.keys(QUEUES).map((app) => [pascal(app), queue(app), deadLetterQueue(app)]),
    ['Feedback', `commerce-${stage.stage}-feedback`, `commerce-${stage.stage}-feedback-dlq`],
  ];
  return {
    Resources: {
      AlarmTopic: resource('AWS::SNS::Topic', {
        TopicName: `commerce-${stage.stage}-alarms`,
        Subscription: [{ Protocol: 'email', Endpoint: stage.alarmEmail }],
      }),
      AlarmTopicPolicy: topicPolicy('AlarmTopic', [
        {
          Sid: 'PublishAlarms',
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: ref('AlarmTopic'),
          Condition: { StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') } },
        },
      ]),
      ...Object.assign({}, ...queues.map(queueAlarms)),
      ...apiAlarms(),
      ...Object.assign({}, ...stage.functionNames.map(throttleAlarm)),
      ...Object.assign({}, ...stage.functionNames.filter(isUnwatched).map(failureAlarm)),
      ...Object.assign({}, ...stage.functionNames.filter(isRelay).map(outboxAlarms(stage))),
      ...paymentAlarms(stage),
      ...imageAlarms(stage),
      ...dataAlarms(stage),
      Dashboard: resource('AWS::CloudWatch::Dashboard', {
        DashboardName: `commerce-${stage.stage}`,
        DashboardBody: sub(JSON.stringify(dashboard(stage, queues)), {
          Api: ref('HttpApi'),
          Database: ref('Database'),
        }),
      }),
    },
  };
};

function alarm(
  description,
  metric,
  threshold,
  { periods = 1, over = 'GreaterThanThreshold', period = MINUTE, ...rest },
) {
  return resource('AWS::CloudWatch::Alarm', {
    AlarmDescription: description,
    ...metric,
    ...rest,
    Period: period,
    EvaluationPeriods: periods,
    Threshold: threshold,
    ComparisonOperator: over,
    TreatMissingData: 'notBreaching',
    AlarmActions: [ref('AlarmTopic')],
    OKActions: [ref('AlarmTopic')],
  });
}

const metric = (Namespace, MetricName, dimensions) => ({
  Namespace,
  MetricName,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});

const queueAlarms = ([id]) => ({
  [`${id}DeadLettersAlarm`]: alarm(
    `Messages of ${id} failed for good: look at why, then redrive (docs/operations.md, Redrive).`,
    metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName: att(`${id}QueueDeadLetters`, 'QueueName') }),
    0,
    { Statistic: 'Maximum' },
  ),
  [`${id}DelayAlarm`]: alarm(
    `The oldest message of ${id} has waited 5 minutes.`,
    metric('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName: att(`${id}Queue`, 'QueueName') }),
    300,
    { Statistic: 'Maximum', periods: 3 },
  ),
});

const apiAlarms = () => ({
  ServerErrorsAlarm: alarm(
    'The API answered more than five requests a minute with 5xx, three minutes long.',
    metric('AWS/ApiGateway', '5xx', { ApiId: ref('HttpApi') }),
    5,
    { Statistic: 'Sum', periods: 3 },
  ),
  LatencyAlarm: alarm(
    'One in a hundred requests takes longer than 3 s.',
    metric('AWS/ApiGateway', 'Latency', { ApiId: ref('HttpApi') }),
    3_000,
    { ExtendedStatistic: 'p99', periods: 5 },
  ),
});

const throttleAlarm = (name) => ({
  [`${pascal(name)}ThrottlesAlarm`]: alarm(
    `${name} was throttled: its reserved concurrency is too small for the load (infra/stages.yml).`,
    metric('AWS/Lambda', 'Throttles', { FunctionName: ref(functionId(name)) }),
    0,
    { Statistic: 'Sum', periods: 3 },
  ),
});

const RELAY = '-relay';
const isRelay = (name) => name.endsWith(RELAY);

/** Failures of these would be silent: nobody waits for their response, and no queue fills. */
const isUnwatched = (name) => isRelay(name) || name === 'databases-rotate';

const failureAlarm = (name) => ({
  [`${pascal(name)}FailuresAlarm`]: alarm(
    `${name} keeps failing: ${isRelay(name) ? 'what requests left behind is not done' : 'a secret was not rotated'}.`,
    metric('AWS/Lambda', 'Errors', { FunctionName: ref(functionId(name)) }),
    1,
    { Statistic: 'Sum', period: 5 * MINUTE },
  ),
});

/** The outbox metrics that a relay writes every minute (libs/telemetry). */
const outboxMetric = (stage, relay, name) =>
  metric('Commerce', name, { stage: stage.stage, service: relay.slice(0, -RELAY.length) });

const outboxAlarms = (stage) => (relay) => ({
  [`${pascal(relay)}ParkedAlarm`]: alarm(
    `${relay} gave up on messages: look at why, then retry them (docs/operations.md, Parked).`,
    outboxMetric(stage, relay, 'outbox_parked'),
    0,
    { Statistic: 'Maximum' },
  ),
  [`${pascal(relay)}DelayAlarm`]: alarm(
    `The oldest message that ${relay} has not published is older than 5 minutes.`,
    outboxMetric(stage, relay, 'outbox_lag_seconds'),
    300,
    { Statistic: 'Maximum', periods: 3 },
  ),
});

/** What `payments` counts, and what its relay measures every minute (libs/telemetry). */
const paymentMetric = ({ stage }, name) => metric('Commerce', name, { stage, service: 'payments' });

const paymentAlarms = (stage) => ({
  PaymentMismatchesAlarm: alarm(
    'A payment has another amount or currency than was asked: decide about it (docs/operations.md, Payments).',
    paymentMetric(stage, 'payment_mismatches_total'),
    0,
    { Statistic: 'Sum' },
  ),
  ProviderEventsDelayAlarm: alarm(
    "The payment provider's oldest event has waited 5 minutes to be looked after.",
    paymentMetric(stage, 'provider_events_lag_seconds'),
    300,
    { Statistic: 'Maximum', periods: 3 },
  ),
  RefundsDelayAlarm: alarm(
    'A refund has not ended within an hour: ask the provider (docs/operations.md, Payments).',
    paymentMetric(stage, 'refunds_lag_seconds'),
    3_600,
    { Statistic: 'Maximum', periods: 3 },
  ),
});

const imageAlarms = ({ stage }) => ({
  ImagesDelayAlarm: alarm(
    'A completed picture has been neither shown nor rejected for 15 minutes: see why (docs/operations.md, Images).',
    metric('Commerce', 'images_lag_seconds', { stage, service: 'products' }),
    900,
    { Statistic: 'Maximum', periods: 3 },
  ),
});

const dataAlarms = ({ stage, maxConnections, storageGb }) => ({
  DatabaseCpuAlarm: alarm(
    'The database has used more than 80 % of its processors for 15 minutes (docs/operations.md, Limits).',
    metric('AWS/RDS', 'CPUUtilization', { DBInstanceIdentifier: ref('Database') }),
    80,
    { Statistic: 'Average', period: 5 * MINUTE, periods: 3 },
  ),
  CacheThrottlesAlarm: alarm(
    'The cache refuses commands: reads go to the database (infra/resources/data.cjs, CacheUsageLimits).',
    metric('AWS/ElastiCache', 'ThrottledCmds', { clusterId: `commerce-${stage}` }),
    0,
    { Statistic: 'Sum', periods: 3 },
  ),
  CacheSizeAlarm: alarm(
    'The cache has used more than 80 % of the memory it may have for 15 minutes.',
    metric('AWS/ElastiCache', 'BytesUsedForCache', { clusterId: `commerce-${stage}` }),
    CACHE_GB * 800_000_000,
    { Statistic: 'Maximum', period: 5 * MINUTE, periods: 3 },
  ),
  ConnectionsAlarm: alarm(
    'More than 80 % of the connections the database allows are open.',
    metric('AWS/RDS', 'DatabaseConnections', { DBInstanceIdentifier: ref('Database') }),
    Math.floor(maxConnections * 0.8),
    { Statistic: 'Maximum', periods: 3 },
  ),
  StorageAlarm: alarm(
    'Less than a tenth of the first storage is free; it grows by itself up to ten times.',
    metric('AWS/RDS', 'FreeStorageSpace', { DBInstanceIdentifier: ref('Database') }),
    storageGb * 100_000_000,
    { Statistic: 'Minimum', over: 'LessThanThreshold', periods: 3 },
  ),
  BouncesAlarm: alarm(
    'More than 4 % of e-mails bounce; SES pauses an account at 10 %.',
    metric('AWS/SES', 'Reputation.BounceRate', {}),
    0.04,
    { Statistic: 'Average', period: 3_600 },
  ),
  ComplaintsAlarm: alarm(
    'More than 0.08 % of e-mails are complained about; SES pauses an account at 0.5 %.',
    metric('AWS/SES', 'Reputation.ComplaintRate', {}),
    0.0008,
    { Statistic: 'Average', period: 3_600 },
  ),
});

function dashboard({ stage, functionNames }, queues) {
  const region = '${AWS::Region}';
  const widget = (title, metrics, stat = 'Sum') => ({
    type: 'metric',
    width: 12,
    height: 6,
    properties: { title, region, stat, period: MINUTE, metrics },
  });
  const lambda = (name) => `commerce-${stage}-${name}`;
  const widgetMetric = (relay, name) => {
    const { Namespace, MetricName, Dimensions } = outboxMetric({ stage }, relay, name);
    return [Namespace, MetricName, ...Dimensions.flatMap(({ Name, Value }) => [Name, Value])];
  };
  return {
    widgets: [
      widget(
        'Requests and errors',
        ['Count', '4xx', '5xx'].map((name) => ['AWS/ApiGateway', name, 'ApiId', '${Api}']),
      ),
      widget('Latency p99 (ms)', [['AWS/ApiGateway', 'Latency', 'ApiId', '${Api}']], 'p99'),
      widget(
        'Oldest message (s)',
        queues.map(([, name]) => ['AWS/SQS', 'ApproximateAgeOfOldestMessage', 'QueueName', name]),
        'Maximum',
      ),
      widget(
        'Oldest unpublished message (s)',
        functionNames.filter(isRelay).map((relay) => widgetMetric(relay, 'outbox_lag_seconds')),
        'Maximum',
      ),
      widget(
        'Messages nobody publishes',
        functionNames.filter(isRelay).map((relay) => widgetMetric(relay, 'outbox_parked')),
        'Maximum',
      ),
      widget(
        'Dead letters',
        queues.map(([, , name]) => ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', name]),
        'Maximum',
      ),
      widget(
        'Function errors',
        functionNames.map((name) => ['AWS/Lambda', 'Errors', 'FunctionName', lambda(name)]),
      ),
      widget(
        'Payments that wait (s)',
        ['provider_events_lag_seconds', 'refunds_lag_seconds'].map((name) => widgetMetric(`payments${RELAY}`, name)),
        'Maximum',
      ),
      widget('Connections', [['AWS/RDS', 'DatabaseConnections', 'DBInstanceIdentifier', '${Database}']], 'Maximum'),
    ],
  };
}
