import { ofType } from '../../support/templates.js';
import { type Built, functionNamed, propertiesOf, type Statement } from './built.js';

/** Callers outside the account reach functions only through these AWS services. */
const CALLERS = ['apigateway.amazonaws.com', 'events.amazonaws.com', 'secretsmanager.amazonaws.com'];

/** All routes without an AWS signature; the applications require tokens where needed. */
const PUBLIC = [
  '$default',
  'ANY /.well-known/jwks.json',
  'ANY /account',
  'ANY /auth/{proxy+}',
  'ANY /cart/{proxy+}',
  'ANY /carts',
  'ANY /carts/{proxy+}',
  'ANY /categories',
  'ANY /categories/{category_id}',
  'ANY /images/{proxy+}',
  'ANY /orders',
  'ANY /orders/{order_id}',
  'ANY /orders/{order_id}/cancellations',
  'ANY /orders/{order_id}/payments',
  'ANY /orders/{order_id}/returns',
  'ANY /orders/{order_id}/shipments',
  'ANY /payments',
  'ANY /payments/{proxy+}',
  'ANY /product-groups',
  'ANY /product-groups/{proxy+}',
  'ANY /products',
  'ANY /products/{proxy+}',
  'ANY /provider-events/{proxy+}',
  'ANY /quotes',
  'ANY /returns',
  'ANY /returns/{proxy+}',
  'ANY /shipments/{proxy+}',
  'ANY /shipping-methods',
  'ANY /shipping-methods/{shipping_method_id}',
  'ANY /tax-rates',
  'ANY /tax-rates/{tax_rate_id}',
  'ANY /users',
  'ANY /users/{user_id}',
  'ANY /users/{user_id}/addresses',
  'ANY /users/{user_id}/addresses/{address_id}',
  'ANY /users/{user_id}/claim-orders',
  'ANY /users/{user_id}/orders',
];

const APART = 'ANY /provider-events/{proxy+}';

const ofConfigurationSet = { 'Fn::Sub': expect.stringMatching(/configuration-set\/\$\{/) as string };

const POLICIES = [
  // Of headers, not of rights.
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::EC2::VPCEndpoint',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];

/** The only way to a file of the bucket of images. */
const SHOWN = {
  Sid: 'ShowMedia',
  Effect: 'Allow',
  Principal: { Service: 'cloudfront.amazonaws.com' },
  Action: 's3:GetObject',
  Resource: { 'Fn::Sub': '${MediaBucket.Arn}/media/*' },
  Condition: {
    StringEquals: { 'aws:SourceArn': { 'Fn::Sub': expect.stringContaining('distribution/${MediaCdn}') as string } },
  },
};

/** The statement of every queue and topic that refuses all callers without TLS. */
const withoutTls = (action: string) => ({
  Sid: expect.stringMatching(/ByTls$/) as string,
  Effect: 'Deny',
  Principal: '*',
  Action: action,
  Resource: expect.anything() as unknown,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

const denied = (properties: Record<string, unknown>) =>
  statements(properties).filter(({ Effect }) => Effect === 'Deny');
const allowed = (properties: Record<string, unknown>) =>
  statements(properties).filter(({ Effect }) => Effect !== 'Deny');

const statements = (properties: Record<string, unknown>) =>
  (properties['PolicyDocument'] as { Statement: Statement[] }).Statement;

export function describeExposure(template: Built, stage: string): void {
  describe('public', () => {
    it('are only these routes, in one HTTP API', () => {
      const routes = ofType(template(), 'AWS::ApiGatewayV2::Route').map(([, { RouteKey: key }]) => String(key));
      expect(routes.sort()).toEqual(PUBLIC);
      expect(ofType(template(), 'AWS::ApiGatewayV2::Api')).toHaveLength(1);
      for (const type of ['AWS::Lambda::Url', 'AWS::ApiGateway::RestApi', 'AWS::ElasticLoadBalancingV2::LoadBalancer'])
        expect(ofType(template(), type)).toEqual([]);
    });

    it('are throttled together, and apart from them the events of the payment provider', () => {
      const { DefaultRouteSettings: all, RouteSettings: apart } = propertiesOf(template(), 'HttpApiStage');
      expect(apart).toEqual({ [APART]: all });
      expect(all).toEqual({
        ThrottlingRateLimit: expect.any(Number) as number,
        ThrottlingBurstLimit: expect.any(Number) as number,
      });
      // Settings can only be given to a route that exists.
      const isApart = ([, { RouteKey: key }]: [string, Record<string, unknown>]) => key === APART;
      const [[route] = ['']] = ofType(template(), 'AWS::ApiGatewayV2::Route').filter(isApart);
      expect(template().Resources['HttpApiStage']?.DependsOn).toContain(route);
    });

    it('are the documents of the API, except in prod', () => {
      const [, { Environment: settings }] = functionNamed(template(), '-front-http');
      expect(settings?.Variables['DOCS']).toBe(stage === 'prod' ? 'off' : 'on');
    });

    it('is no function: only AWS services call them, for this stage or this account', () => {
      for (const [id, permission] of ofType(template(), 'AWS::Lambda::Permission')) {
        const { Principal, Action, SourceArn, SourceAccount, FunctionUrlAuthType: url } = permission;
        expect([id, Action, url]).toEqual([id, 'lambda:InvokeFunction', undefined]);
        expect(CALLERS).toContain(Principal);
        const ours = [/\{"Ref":"HttpApi"\}/, /\{"Fn::GetAtt":\["\w+EventsRuleSchedule1","Arn"\]\}/];
        const account = JSON.stringify(SourceAccount) === '{"Ref":"AWS::AccountId"}';
        expect([id, account || ours.some((arn) => arn.test(JSON.stringify(SourceArn)))]).toEqual([id, true]);
      }
    });

    it('is no queue: only its topic may send to it', () => {
      const policies = ofType(template(), 'AWS::SQS::QueuePolicy');
      expect(policies.flatMap(([, { Queues }]) => Queues as unknown[])).toHaveLength(
        ofType(template(), 'AWS::SQS::Queue').length,
      );
      for (const [id, properties] of policies) {
        const source = { Ref: id === 'FeedbackQueuePolicy' ? 'FeedbackTopic' : 'EventsTopic' };
        for (const statement of allowed(properties)) {
          expect([id, statement]).toEqual([
            id,
            {
              Sid: expect.stringMatching(/^SendTo/) as string,
              Effect: 'Allow',
              Principal: { Service: 'sns.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: { 'Fn::GetAtt': [expect.any(String), 'Arn'] },
              Condition: { ArnEquals: { 'aws:SourceArn': source } },
            },
          ]);
        }
      }
    });

    it('is no topic: only this account, CloudWatch alarms and SES for this stage publish', () => {
      const policies = Object.fromEntries(ofType(template(), 'AWS::SNS::TopicPolicy'));
      expect(Object.keys(policies).sort()).toEqual(['AlarmTopicPolicy', 'EventsTopicPolicy', 'FeedbackTopicPolicy']);
      expect(allowed(policies['EventsTopicPolicy'] ?? {})).toEqual([]);
      const account = { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } };
      for (const [id, service, condition] of [
        ['AlarmTopicPolicy', 'cloudwatch', {}],
        ['FeedbackTopicPolicy', 'ses', { ArnEquals: { 'aws:SourceArn': ofConfigurationSet } }],
      ] as const) {
        const [{ Effect, Principal, Action, Condition } = {} as Statement] = allowed(policies[id] ?? {});
        expect([Effect, Principal, Action]).toEqual(['Allow', { Service: `${service}.amazonaws.com` }, 'sns:Publish']);
        expect(Condition).toEqual({ StringEquals: account, ...condition });
      }
    });

    it('is no queue and no topic without TLS', () => {
      const queues = ofType(template(), 'AWS::SQS::QueuePolicy');
      for (const [id, properties] of queues) {
        const both = [withoutTls('sqs:*'), withoutTls('sqs:*')];
        expect([id, denied(properties)]).toEqual([id, both]);
        expect(denied(properties).map(({ Resource }) => Resource)).toEqual(
          allowed(properties).map(({ Resource }) => Resource),
        );
      }
      const topics = ofType(template(), 'AWS::SNS::TopicPolicy');
      expect(topics).toHaveLength(ofType(template(), 'AWS::SNS::Topic').length);
      for (const [id, properties] of topics)
        expect([id, denied(properties)]).toEqual([id, [withoutTls('sns:Publish')]]);
    });

    it('is no topic with customer data: those are encrypted', () => {
      const topics = Object.fromEntries(ofType(template(), 'AWS::SNS::Topic'));
      expect(topics['EventsTopic']?.['KmsMasterKeyId']).toBe('alias/aws/sns');
      expect(topics['FeedbackTopic']?.['KmsMasterKeyId']).toEqual({ Ref: 'FeedbackKey' });
      const [[, key] = ['', {}]] = ofType(template(), 'AWS::KMS::Key');
      const { Statement: rules } = key['KeyPolicy'] as { Statement: Statement[] };
      expect(key['EnableKeyRotation']).toBe(true);
      expect(rules.map(({ Sid, Principal }) => [Sid, Object.keys(Principal as object)])).toEqual([
        ['LeaveItToRoles', ['AWS']],
        ['EncryptFeedback', ['Service']],
      ]);
      expect(JSON.stringify(rules[0]?.Principal)).toContain(':root');
      expect(JSON.stringify(rules[1]?.Condition)).toContain('aws:SourceAccount');
    });

    it('is no bucket: of that of images CloudFront shows the public files', () => {
      const buckets = ofType(template(), 'AWS::S3::Bucket');
      expect(buckets.map(([id]) => id).sort()).toEqual(['MediaBucket', 'ServerlessDeploymentBucket']);
      for (const [, { PublicAccessBlockConfiguration: block, AccessControl: acl }] of buckets) {
        const all = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
        expect([block, acl]).toEqual([Object.fromEntries(all.map((name) => [name, true])), undefined]);
      }
      for (const [id, properties] of ofType(template(), 'AWS::S3::BucketPolicy')) {
        expect(denied(properties)).toHaveLength(1);
        const shown = id === 'MediaBucketPolicy' ? [SHOWN] : [];
        expect([id, allowed(properties)]).toEqual([id, shown]);
      }
    });

    it('is no upload: they end after two days, and a picture is served as nothing else', () => {
      const bucket = propertiesOf(template(), 'MediaBucket');
      expect(bucket['OwnershipControls']).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(JSON.stringify(bucket['BucketEncryption'])).toContain('"SSEAlgorithm":"AES256"');
      expect(JSON.stringify(bucket['LifecycleConfiguration'])).toContain('"Prefix":"uploads/"');
      expect(template().Resources['MediaBucket']?.DeletionPolicy).toBe('Retain');
      const { DistributionConfig: served } = propertiesOf(template(), 'MediaCdn');
      expect(served).toMatchObject({
        DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https', AllowedMethods: ['GET', 'HEAD'] },
        Origins: [{ OriginAccessControlId: { 'Fn::GetAtt': ['MediaAccess', 'Id'] } }],
      });
      const headers = JSON.stringify(propertiesOf(template(), 'MediaHeaders'));
      expect(headers).toContain("default-src 'none'; sandbox");
      expect(headers).toContain('ContentTypeOptions');
    });

    it('is nothing else: no other policies name principals', () => {
      const kinds = Object.values(template().Resources)
        .filter(({ Type, Properties }) => /Policy$|Permission$/.test(Type) || 'PolicyDocument' in (Properties ?? {}))
        .map(({ Type }) => Type);
      expect(POLICIES).toEqual(expect.arrayContaining([...new Set(kinds)]));
      for (const [id, { Type, Properties }] of Object.entries(template().Resources))
        for (const key of Type === 'AWS::KMS::Key'
          ? ['ResourcePolicy']
          : ['ResourcePolicy', 'KeyPolicy', 'RepositoryPolicyText', 'FileSystemPolicy'])
          expect([id, Object.keys(Properties ?? {})]).toEqual([id, expect.not.arrayContaining([key])]);
    });
  });
}
