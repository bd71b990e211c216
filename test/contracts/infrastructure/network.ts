import { ofType } from '../../support/templates.js';
import { type Built, functionNamed, functionsOf, type Statement, statementsOf } from './built.js';

/** The AWS services that functions call. Lambda itself reads queues and writes logs, from outside the network. */
const CALLED = ['lambda', 'sns', 'secretsmanager', 'email'];

/** They reach the internet, and nothing of ours. */
const OUTSIDE = ['payments-psp', 'products-media'];
const isOutside = (name: string) => OUTSIDE.some((each) => name.endsWith(each));

export function describeNetwork(template: Built, stage: string): void {
  const doors = (type: string) =>
    ofType(template(), 'AWS::EC2::VPCEndpoint')
      .filter(([, { VpcEndpointType }]) => VpcEndpointType === type)
      .map(([, { ServiceName }]) => (ServiceName as { 'Fn::Sub': string })['Fn::Sub'].split('.').pop());

  it('runs every function on the newest runtime, and all but two in the private subnets', () => {
    for (const [id, { FunctionName, VpcConfig, Runtime, Architectures }] of functionsOf(template())) {
      expect([id, Runtime, Architectures]).toEqual([id, 'nodejs24.x', ['arm64']]);
      if (isOutside(FunctionName)) expect([id, VpcConfig]).toEqual([id, undefined]);
      else expect(VpcConfig?.SubnetIds).toEqual([{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }]);
    }
  });

  it('has an endpoint for every AWS service that functions call, and no way to the internet', () => {
    expect(doors('Gateway')).toEqual(['s3']);
    expect(doors('Interface').sort()).toEqual([...CALLED, ...(stage === 'dev' ? [] : ['sqs', 'logs'])].sort());
    for (const type of ['InternetGateway', 'NatGateway']) expect(ofType(template(), `AWS::EC2::${type}`)).toEqual([]);
  });

  it('has endpoints only for this account, and S3 only for responses to CloudFormation', () => {
    for (const [id, { ServiceName, PolicyDocument: policy }] of ofType(template(), 'AWS::EC2::VPCEndpoint')) {
      const service = (ServiceName as { 'Fn::Sub': string })['Fn::Sub'].split('.').pop() ?? '';
      const [rule, ...others] = (policy as { Statement: Statement[] } | undefined)?.Statement ?? [];
      if (service === 'email') expect(policy).toBeUndefined();
      else if (service === 's3') {
        expect([rule?.Action, JSON.stringify(rule?.Resource)]).toEqual([
          's3:PutObject',
          expect.stringContaining(':s3:::cloudformation-custom-resource-response-*/*'),
        ]);
      } else {
        const condition = { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } };
        expect([id, rule?.Condition]).toEqual([id, condition]);
      }
      expect(others).toEqual([]);
    }
  });

  it('lets only functions reach the database, and only those with a cache reach the cache', () => {
    const rules = ofType(template(), 'AWS::EC2::SecurityGroupIngress').map(([, rule]) => {
      const id = (group: unknown) => (group as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];
      return [id(rule['SourceSecurityGroupId']), id(rule['GroupId']), rule['FromPort']];
    });
    expect(rules.sort()).toEqual([
      ['CacheClientGroup', 'CacheGroup', 6379],
      ['DatabaseClientGroup', 'DatabaseGroup', 3306],
    ]);
    for (const [id, { SecurityGroupIngress: rules = [], SecurityGroupEgress: ways }] of ofType(
      template(),
      'AWS::EC2::SecurityGroup',
    )) {
      expect([id, JSON.stringify(rules)]).toEqual([id, expect.not.stringContaining('Cidr')]);
      // A group without an egress rule may reach everything.
      expect([id, ways]).toEqual([id, [expect.objectContaining({ FromPort: id === 'FunctionGroup' ? 443 : 252 })]]);
    }
  });

  it('puts each function only into the groups that its settings need', () => {
    for (const [id, { FunctionName, VpcConfig, Environment }] of functionsOf(template())) {
      if (isOutside(FunctionName)) continue;
      const settings = Environment?.Variables ?? {};
      const groups = VpcConfig?.SecurityGroupIds.map((each) => (each as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]);
      const wanted = ['FunctionGroup'];
      if ('DATABASE_URL' in settings) wanted.push('DatabaseClientGroup');
      if ('REDIS_URL' in settings) wanted.push('CacheClientGroup');
      expect([id, groups]).toEqual([id, wanted]);
    }
  });

  it.each([
    ['payments-psp', 'PaymentsPspRole', ['LOG_LEVEL', 'PROVIDER_TIMEOUT', 'SECRETS', 'STAGE'], ['ReadSecrets']],
    [
      'products-media',
      'ProductsMediaRole',
      ['LOCAL_CACHE_TTL', 'LOG_LEVEL', 'MEDIA_BASE_URL', 'MEDIA_BUCKET', 'PUBLIC_MAX_AGE', 'STAGE'],
      ['ReadUploads', 'WriteImages', 'RemoveFiles', 'TellMissing'],
    ],
  ])('gives %s, which is outside, no database, no cache, no topic, and nobody to ask', (name, role, named, rights) => {
    const [, { Environment, ReservedConcurrentExecutions: reserved }] = functionNamed(template(), name);
    expect(Object.keys(Environment?.Variables ?? {}).sort()).toEqual(named);
    expect(reserved).toBeGreaterThan(0);
    const allowed = statementsOf(template()).filter((each) => each.role === role);
    expect(allowed.map(({ Sid }) => Sid)).toEqual(['WriteLogs', ...rights]);
  });

  it('deploys functions after the databases are prepared, and prepares those after the network exists', () => {
    for (const [id, { FunctionName, Environment }] of functionsOf(template())) {
      if (!('DATABASE_URL' in (Environment?.Variables ?? {})) || FunctionName.includes('-databases-')) continue;
      expect([id, template().Resources[id]?.DependsOn]).toEqual([id, expect.arrayContaining(['Databases'])]);
    }
    const { DependsOn: before, Properties: properties } = template().Resources['Databases'] ?? {};
    expect(before).toEqual(
      expect.arrayContaining(['S3Endpoint', 'SecretsmanagerEndpoint', 'PrivateSubnetARoutes', 'DatabaseIngress']),
    );
    expect(properties?.['ServiceTimeout']).toBe(600);
  });
}
