import { readFileSync } from 'node:fs';
import { CONSUMERS, TOPOLOGY } from '@app/events';
import { type Template, ofType, templateOf } from '../support/templates.js';

/** What an instance class can serve: RDS's own formula, its memory in bytes / 12,582,880. */
const CONNECTIONS: Record<string, number> = { 'db.t4g.small': 150, 'db.t4g.medium': 320, 'db.r7g.large': 1_350 };

/** Statements with a `*`, and why there is no resource to name. */
const WITHOUT_RESOURCE: Record<string, string> = {
  JoinNetwork: 'Lambda creates the interfaces, which have no name before they exist',
};

interface Statement {
  Sid: string;
  Action: string | string[];
  Resource: unknown;
  Principal?: unknown;
  Condition?: unknown;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

describe.each(['dev', 'staging', 'prod'])('the template of %s', (stage) => {
  let template: Template;
  beforeAll(async () => {
    template = await templateOf(stage);
  }, 180_000);

  const functions = () => ofType(template, 'AWS::Lambda::Function') as unknown as [string, FunctionProperties][];
  const functionNamed = (name: string) => {
    const found = functions().find(([, { FunctionName }]) => FunctionName.endsWith(name));
    if (!found) throw new Error(`There is no function ${name}.`);
    return found;
  };
  const roleStatements = () =>
    ofType(template, 'AWS::IAM::Role').flatMap(([role, { Policies: policies }]) =>
      (policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(({ PolicyDocument: document }) =>
        document.Statement.map((statement) => ({ role, ...statement })),
      ),
    );

  describe('permissions', () => {
    it('are named actions on named resources, or explained', () => {
      const open = roleStatements().filter(
        ({ Action, Resource }) =>
          list(Action).some((action) => action.includes('*')) ||
          list(Resource).some((resource) => resource === '*') ||
          /:\*"|"\*"/.test(JSON.stringify(Resource).replaceAll(/log-group:[^"]*:\*"/g, '"')),
      );
      expect([...new Set(open.map(({ Sid }) => Sid))]).toEqual(Object.keys(WITHOUT_RESOURCE));
    });

    it('belong to one function each', () => {
      const roles = functions().map(([, { Role }]) => Role['Fn::GetAtt'][0]);
      expect(new Set(roles).size).toBe(roles.length);
    });

    it('are all explained to the operator', () => {
      const documented = readFileSync('docs/operations.md', 'utf8');
      const unexplained = roleStatements().filter(({ Sid }) => !documented.includes(`| \`${Sid}\` |`));
      expect(unexplained.map(({ role, Sid }) => `${role} ${Sid}`)).toEqual([]);
    });

    it('let a topic send to a queue only under its own name', () => {
      for (const [, { PolicyDocument: document }] of ofType(template, 'AWS::SQS::QueuePolicy')) {
        for (const { Condition } of (document as { Statement: Statement[] }).Statement) {
          expect(Condition).toEqual({
            ArnEquals: { 'aws:SourceArn': { Ref: expect.stringMatching(/Topic$/) as string } },
          });
        }
      }
    });
  });

  describe('queues', () => {
    const queues = () =>
      Object.fromEntries(ofType(template, 'AWS::SQS::Queue')) as unknown as Record<string, QueueProperties>;

    it('are encrypted, and all but the dead-letter queues have one', () => {
      for (const [id, { SqsManagedSseEnabled, RedrivePolicy }] of Object.entries(queues())) {
        expect([id, SqsManagedSseEnabled]).toEqual([id, true]);
        if (!id.endsWith('DeadLetters'))
          expect(RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0]).toBe(`${id}DeadLetters`);
      }
    });

    it('keep dead letters 14 days, longer than themselves', () => {
      for (const [id, { MessageRetentionPeriod: own }] of Object.entries(queues())) {
        if (id.endsWith('DeadLetters')) continue;
        const kept = queues()[`${id}DeadLetters`]?.MessageRetentionPeriod;
        expect([id, kept]).toEqual([id, 1_209_600]);
        expect(own).toBeLessThan(kept ?? 0);
      }
    });

    it('hide a message six times as long as its function may run', () => {
      for (const app of CONSUMERS) {
        const [, { Timeout }] = functionNamed(`${app}-events`);
        const id = `${app[0]?.toUpperCase()}${app.slice(1)}Queue`;
        expect(queues()[id]?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * Timeout);
      }
    });

    it('have the filters and the redrive of libs/events', () => {
      const subscriptions = ofType(template, 'AWS::SNS::Subscription');
      for (const app of CONSUMERS) {
        const id = `${app[0]?.toUpperCase()}${app.slice(1)}`;
        const found = subscriptions.find(
          ([name]) => name === `${id}Subscription`,
        )?.[1] as unknown as SubscriptionProperties;
        expect(found.FilterPolicy.event_type).toEqual(TOPOLOGY.queues[app].events);
        expect(found.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]).toBe(`${id}QueueDeadLetters`);
      }
    });

    it('report single failures, and are bounded by the mapping within what is reserved', () => {
      const mappings = ofType(template, 'AWS::Lambda::EventSourceMapping') as unknown as [string, MappingProperties][];
      expect(mappings.length).toBeGreaterThanOrEqual(CONSUMERS.length);
      for (const [, mapping] of mappings) {
        const reserved =
          template.Resources[mapping.FunctionName['Fn::GetAtt'][0]]?.Properties['ReservedConcurrentExecutions'];
        expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
        expect(mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
        expect(reserved).toBeGreaterThanOrEqual(mapping.ScalingConfig.MaximumConcurrency);
      }
    });
  });

  describe('the database', () => {
    const database = () => template.Resources['Database'];
    const allowed = () =>
      Number(
        (template.Resources['DatabaseSettings']?.Properties['Parameters'] as Record<string, string>)['max_connections'],
      );

    it('is encrypted, private, TLS only, protected, and leaves a snapshot', () => {
      expect(database()?.Properties).toMatchObject({
        StorageEncrypted: true,
        PubliclyAccessible: false,
        DeletionProtection: true,
        ManageMasterUserPassword: true,
        MultiAZ: stage === 'prod',
      });
      expect(template.Resources['DatabaseSettings']?.Properties['Parameters']).toMatchObject({
        require_secure_transport: '1',
      });
      expect(database()?.DeletionPolicy).toBe('Snapshot');
    });

    it('has more connections than all functions together can take', () => {
      const wanted = functions().map(([id, { ReservedConcurrentExecutions: reserved, Environment }]) => {
        const variables = Environment?.Variables ?? {};
        if (variables['DATABASE_URL'] === undefined) return 0;
        if (reserved === undefined) throw new Error(`${id} may take any number of connections.`);
        return reserved * Number(variables['DATABASE_POOL_SIZE'] ?? 1);
      });
      const sum = wanted.reduce((total, each) => total + each, 0);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(0.8 * allowed());
      expect(allowed()).toBeLessThanOrEqual(CONNECTIONS[String(database()?.Properties['DBInstanceClass'])] ?? 0);
    });
  });

  it('deploys no function before the databases are as it needs them', () => {
    for (const [id, { FunctionName, Environment }] of functions()) {
      if (!('DATABASE_URL' in (Environment?.Variables ?? {})) || FunctionName.includes('-databases-')) continue;
      expect([id, template.Resources[id]?.DependsOn]).toEqual([id, expect.arrayContaining(['Databases'])]);
    }
    expect(template.Resources['Databases']?.Properties['ServiceTimeout']).toBe(600);
  });

  it('runs every function in the private subnets, on the newest runtime', () => {
    for (const [id, { VpcConfig, Runtime, Architectures }] of functions()) {
      expect([id, Runtime, Architectures]).toEqual([id, 'nodejs24.x', ['arm64']]);
      expect(VpcConfig?.SubnetIds).toEqual([{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }]);
    }
  });

  it('holds no secret', () => {
    const text = JSON.stringify(template);
    expect(text).not.toMatch(/mysql:\/\/[^/"]*:[^/"]*@|BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}/);
    for (const [, { GenerateSecretString: generated, SecretString: text }] of ofType(
      template,
      'AWS::SecretsManager::Secret',
    )) {
      expect(generated ?? text).toEqual(generated ?? '{}');
    }
  });

  it('is what was reviewed', () => {
    expect(normalised(template)).toMatchSnapshot();
  });
});

/** Without what changes with every deployment: where the packages are, and which migrations there are. */
function normalised(template: Template): unknown {
  const resources = Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
    const text = JSON.stringify(Properties ?? {})
      .replaceAll(/"S3Key":"[^"]*"/g, '"S3Key":"…"')
      .replaceAll(/"(Digest|MIGRATIONS_DIGEST)":"[^"]*"/g, '"$1":"…"');
    return `${id} ${Type} ${text}`;
  });
  return resources.sort();
}

interface FunctionProperties {
  FunctionName: string;
  Role: { 'Fn::GetAtt': [string, string] };
  Timeout: number;
  Runtime: string;
  Architectures: string[];
  ReservedConcurrentExecutions?: number;
  Environment?: { Variables: Record<string, unknown> };
  VpcConfig?: { SubnetIds: unknown[] };
}
interface Target {
  deadLetterTargetArn: { 'Fn::GetAtt': [string, string] };
}
interface QueueProperties {
  SqsManagedSseEnabled?: boolean;
  RedrivePolicy?: Target;
  MessageRetentionPeriod: number;
  VisibilityTimeout?: number;
}
interface SubscriptionProperties {
  FilterPolicy: { event_type: string[] };
  RedrivePolicy: Target;
}
interface MappingProperties {
  FunctionName: { 'Fn::GetAtt': [string, string] };
  FunctionResponseTypes: string[];
  ScalingConfig: { MaximumConcurrency: number };
}
