// One role per function: what its service may do, and what this function alone needs; docs/operations.md explains each.
const { att, pascal, ref, resource, sub } = require('./cfn.cjs');
const { functionsOf, outsideOf, SERVICES } = require('../services.cjs');
const { MEDIA, objects, UPLOADS } = require('./media.cjs');
const { OWNERS, secretId } = require('./secrets.cjs');

const allow = (Sid, Action, Resource) => ({ Sid, Effect: 'Allow', Action, Resource });

const readSecrets = (...ids) => allow('ReadSecrets', ['secretsmanager:GetSecretValue'], ids.map(ref));
const publishKeys = allow('PublishSigningKeys', ['secretsmanager:PutSecretValue'], [ref('PublicKeysSecret')]);
const publish = allow('PublishEvents', ['sns:Publish'], [ref('EventsTopic')]);
const functionArn = (name) =>
  sub(`arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${AWS::StackName}-${name}`);
const invoke = (names) => allow('InvokeFunctions', ['lambda:InvokeFunction'], names.map(functionArn));
const consume = (queueId) =>
  allow(
    'ConsumeQueue',
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    [att(queueId, 'Arn')],
  );

function statements(stage) {
  const functions = SERVICES.flatMap((service) =>
    functionsOf(service).map((input) => [`${service.name}-${input}`, ofFunction(stage, service, input)]),
  );
  return {
    ...Object.fromEntries(functions),
    'front-http': [invoke(SERVICES.map(({ name }) => `${name}-http`))],
    ...databases(stage),
  };
}

function ofFunction(stage, service, input) {
  const { name, database, publishes, asks = {}, onAws } = service;
  const own = onAws?.functions?.[input] ?? {};
  const { secrets = [], reads = [], queue, sendsEmail, outside, signsUploads, rendersImages } = own;
  if (outside)
    return [...(secrets.length > 0 ? [readSecrets(...secrets)] : []), ...(rendersImages ? renderImages() : [])];
  const asked = [
    ...Object.keys(asks).map((other) => `${other}-rpc`),
    ...outsideOf(service).map((own) => `${name}-${own}`),
  ];
  const readable = [
    ...(database ? [secretId(name, 'Database'), secretId(name, 'Fingerprint')] : []),
    ...reads,
    ...secrets,
  ];
  const source = input === 'events' ? `${pascal(name)}Queue` : queue?.resource;
  return [
    ...(readable.length > 0 ? [readSecrets(...readable)] : []),
    ...(publishes ? [publish] : []),
    ...(asked.length > 0 ? [invoke(asked)] : []),
    ...(source ? [consume(source)] : []),
    ...(sendsEmail ? [sendEmail(stage)] : []),
    // Whoever uses a signed address has the rights of who signed it.
    ...(signsUploads ? [allow('SignUploads', ['s3:PutObject'], [objects(UPLOADS)])] : []),
  ];
}

const renderImages = () => [
  allow('ReadUploads', ['s3:GetObject'], [objects(UPLOADS)]),
  allow('WriteImages', ['s3:PutObject'], [objects(MEDIA)]),
  allow('RemoveFiles', ['s3:DeleteObject'], [objects(UPLOADS), objects(MEDIA)]),
  // Without it S3 says of a missing upload that access to it is denied.
  allow('TellMissing', ['s3:ListBucket'], [att('MediaBucket', 'Arn')]),
];

const sendEmail = ({ mailDomain }) =>
  allow(
    'SendEmail',
    ['ses:SendEmail'],
    [
      sub(`arn:\${AWS::Partition}:ses:\${AWS::Region}:\${AWS::AccountId}:identity/${mailDomain}`),
      sub('arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${AWS::StackName}'),
    ],
  );

function databases({ local }) {
  const users = OWNERS.map((service) => secretId(service, 'Database'));
  const master = local ? ref('MasterSecret') : att('Database', 'MasterUserSecret.SecretArn');
  const readMaster = allow('ReadMasterSecret', ['secretsmanager:GetSecretValue'], [master]);
  return {
    'databases-migrate': [
      readMaster,
      readSecrets(...users, 'SigningKeysSecret', 'PublicKeysSecret'),
      allow('CreateSigningKeys', ['secretsmanager:PutSecretValue'], [ref('SigningKeysSecret')]),
      publishKeys,
    ],
    'databases-rotate': [
      readMaster,
      allow(
        'RotateSecrets',
        [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        [...users, 'SigningKeysSecret'].map(ref),
      ),
      publishKeys,
    ],
  };
}

const writeLogs = (name) =>
  allow(
    'WriteLogs',
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    [
      sub(
        `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/\${AWS::StackName}-${name}:*`,
      ),
    ],
  );
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
/** Lambda needs these with the function's role, on interfaces without a known name; the function's code is denied. */
const network = (name) => [
  allow('JoinNetwork', INTERFACES, '*'),
  {
    ...allow('JoinNetworkOnlyByLambda', INTERFACES, '*'),
    Effect: 'Deny',
    Condition: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn(name) } },
  },
];

const roleId = (name) => `${pascal(name)}Role`;

/** Outside the network a function has no interfaces. */
const OUTSIDE = SERVICES.flatMap((service) => outsideOf(service).map((input) => `${service.name}-${input}`));

module.exports = (stage) => {
  const resources = {};
  for (const [name, own] of Object.entries(statements(stage))) {
    const joins = !stage.local && !OUTSIDE.includes(name);
    const Statement = [writeLogs(name), ...(joins ? network(name) : []), ...own];
    resources[roleId(name)] = resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'function', PolicyDocument: { Version: '2012-10-17', Statement } }],
    });
  }
  return { Resources: resources };
};
