import { ofType } from '../../support/templates.js';
import { type Built, functionsOf, type Statement } from './built.js';

/** The AWS services that functions call. Lambda itself reads queues and ships log lines, from outside the network. */
const CALLED = ['lambda', 'sns', 'secretsmanager', 'email'];

export function describeNetwork(template: Built, stage: string): void {
  const doors = (type: string) =>
    ofType(template(), 'AWS::EC2::VPCEndpoint')
      .filter(([, { VpcEndpointType }]) => VpcEndpointType === type)
      .map(([, { ServiceName }]) => (ServiceName as { 'Fn::Sub': string })['Fn::Sub'].split('.').pop());

  it('runs every function in the private subnets, on the newest runtime', () => {
    for (const [id, { VpcConfig, Runtime, Architectures }] of functionsOf(template())) {
      expect([id, Runtime, Architectures]).toEqual([id, 'nodejs24.x', ['arm64']]);
      expect(VpcConfig?.SubnetIds).toEqual([{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }]);
    }
  });

  it('has a door to every AWS service that functions call, and none to the internet', () => {
    expect(doors('Gateway')).toEqual(['s3']);
    expect(doors('Interface').sort()).toEqual([...CALLED, ...(stage === 'dev' ? [] : ['sqs', 'logs'])].sort());
    for (const type of ['InternetGateway', 'NatGateway']) expect(ofType(template(), `AWS::EC2::${type}`)).toEqual([]);
  });

  it('has doors that let in this account alone, and S3 only for the answers to CloudFormation', () => {
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

  it('lets only functions speak to the database, and only those that cache to the cache', () => {
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
      // Without a rule of its own a group may speak to everybody.
      expect([id, ways]).toEqual([id, [expect.objectContaining({ FromPort: id === 'FunctionGroup' ? 443 : 252 })]]);
    }
  });

  it('puts a function into the groups that its settings ask for, and into no other', () => {
    for (const [id, { VpcConfig, Environment }] of functionsOf(template())) {
      const settings = Environment?.Variables ?? {};
      const groups = VpcConfig?.SecurityGroupIds.map((each) => (each as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]);
      const wanted = ['FunctionGroup'];
      if ('DATABASE_URL' in settings) wanted.push('DatabaseClientGroup');
      if ('REDIS_URL' in settings) wanted.push('CacheClientGroup');
      expect([id, groups]).toEqual([id, wanted]);
    }
  });

  it('deploys no function before the databases are as it needs them, nor those before there is a way out', () => {
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
