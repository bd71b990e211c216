// `operators: 'yes'`: a host for operators' tunnels, without logins or incoming connections. It keeps a channel open to
// Session Manager, which admits users by IAM and forwards only to the database and the cache.
const { att, ref, resource, sub } = require('./cfn.cjs');
const { allow, group, TLS } = require('./network.cjs');

const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];

module.exports = ({ operators }) => (operators === 'yes' ? { Resources: host(), Outputs: outputs() } : {});

const host = () => ({
  OperatorsGroup: group('Where tunnels of operators end', [TLS]),
  ...allow('OperatorsDatabase', { from: 'OperatorsGroup', to: 'DatabaseGroup', ports: [3306, 3306] }),
  ...allow('OperatorsCache', { from: 'OperatorsGroup', to: 'CacheGroup', ports: [6379, 6379] }),
  OperatorsRole: resource('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    Policies: [
      {
        PolicyName: 'sessions',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'AnswerSessions',
              Effect: 'Allow',
              Action: ['ssm:UpdateInstanceInformation', ...channels.map((name) => `ssmmessages:${name}`)],
              Resource: '*',
            },
          ],
        },
      },
    ],
  }),
  OperatorsProfile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('OperatorsRole')] }),
  OperatorsHost: resource('AWS::EC2::Instance', {
    // Each deployment replaces the host if there is a newer image.
    ImageId: '{{resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}}',
    InstanceType: 't4g.nano',
    IamInstanceProfile: ref('OperatorsProfile'),
    SubnetId: ref('PrivateSubnetA'),
    SecurityGroupIds: [att('OperatorsGroup', 'GroupId')],
    MetadataOptions: { HttpTokens: 'required' },
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeType: 'gp3', VolumeSize: 8, Encrypted: true } }],
    Tags: [{ Key: 'Name', Value: sub('${AWS::StackName}-operators') }],
  }),
});

const outputs = () => ({
  OperatorsHost: { Description: 'The target of tunnels', Value: ref('OperatorsHost') },
  DatabaseHost: { Description: 'Their far end: the database, port 3306', Value: att('Database', 'Endpoint.Address') },
  CacheHost: { Description: 'Their far end: the cache, port 6379', Value: att('Cache', 'Endpoint.Address') },
});
