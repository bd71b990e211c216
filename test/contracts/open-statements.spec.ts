import type { Role, Statement } from './infrastructure/built.js';
import { objections } from './infrastructure/open-statements.js';

const NAMED: Statement = {
  Sid: 'PublishEvents',
  Effect: 'Allow',
  Action: ['sns:Publish'],
  Resource: [{ Ref: 'EventsTopic' }],
};
const TRUST: Statement = {
  Sid: '',
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
};
const roleWith = (statement: object, more: object = {}): [string, Role][] => [
  [
    'OrdersRole',
    {
      AssumeRolePolicyDocument: { Statement: [TRUST] },
      Policies: [{ PolicyName: 'function', PolicyDocument: { Statement: [{ ...NAMED, ...statement }] } }],
      ...more,
    },
  ],
];
const arn = (rest: string) => ({ 'Fn::Sub': `arn:\${AWS::Partition}:${rest}` });
const logs = (group: string) => arn(`logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}`);

describe('what a role may do', () => {
  it.each<[string, object]>([
    ['a named action on a named resource', {}],
    [
      'streams of its own log group',
      { Sid: 'WriteLogs', Resource: [logs('/aws/lambda/${AWS::StackName}-orders-http:*')] },
    ],
    ['interfaces without a name', { Sid: 'JoinNetwork', Resource: '*' }],
    ['a denial of everything', { Effect: 'Deny', Action: '*', Resource: '*' }],
  ])('passes with %s', (_, statement) => {
    expect(objections(roleWith(statement))).toEqual([]);
  });

  it.each<[string, object]>([
    ['every resource', { Resource: '*' }],
    ['every resource among named ones', { Resource: [{ Ref: 'EventsTopic' }, '*'] }],
    ['every identity', { Sid: 'SendEmail', Resource: [arn('ses:${AWS::Region}:${AWS::AccountId}:identity/*')] }],
    ['functions by a prefix', { Resource: [arn('lambda:${AWS::Region}:${AWS::AccountId}:function:commerce-*')] }],
    ['a prefix that is joined', { Resource: [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Files', 'Arn'] }, '/*']] }] }],
    ["everybody's log groups under the name that is explained", { Sid: 'WriteLogs', Resource: [logs('*:*')] }],
    ['every account under that name', { Sid: 'WriteLogs', Resource: ['arn:aws:logs:*:*:log-group:/aws/lambda/a-b:*'] }],
    ['every action', { Action: '*' }],
    ['every action of a service', { Action: ['sns:Publish', 'sqs:*'] }],
    ['actions by a prefix', { Action: 'secretsmanager:Get*' }],
    ['all actions but some', { Action: undefined, NotAction: ['iam:*'] }],
    ['all resources but some', { Resource: undefined, NotResource: [{ Ref: 'EventsTopic' }] }],
    ['no resource', { Resource: [] }],
  ])('is refused for %s', (_, statement) => {
    expect(objections(roleWith(statement))).not.toEqual([]);
  });

  it.each<[string, object]>([
    ['a policy that others keep', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
    ...[{ AWS: '*' }, '*', { AWS: 'arn:aws:iam::111111111111:root' }, { Federated: 'accounts.example.com' }].map(
      (Principal) =>
        [
          `the trust of ${JSON.stringify(Principal)}`,
          { AssumeRolePolicyDocument: { Statement: [{ ...TRUST, Principal }] } },
        ] as [string, object],
    ),
  ])('is refused for %s', (_, more) => {
    expect(objections(roleWith({}, more))).toHaveLength(1);
  });
});
