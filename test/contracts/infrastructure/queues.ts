import { CONSUMERS } from '../../../apps/manifests.js';
import { QUEUES } from '../../../apps/queues.js';
import { ofType } from '../../support/templates.js';
import { type Built, functionsOf } from './built.js';

const DAYS = 86_400;

interface Target {
  deadLetterTargetArn: { 'Fn::GetAtt': [string, string] };
}
interface QueueProperties {
  SqsManagedSseEnabled?: boolean;
  RedrivePolicy?: Target & { maxReceiveCount: number };
  MessageRetentionPeriod: number;
  VisibilityTimeout: number;
}
interface SubscriptionProperties {
  Protocol: string;
  Endpoint: { 'Fn::GetAtt': [string, string] };
  FilterPolicy?: { event_type: string[] };
  RedrivePolicy?: Target;
}
interface MappingProperties {
  FunctionName: { 'Fn::GetAtt': [string, string] };
  EventSourceArn: { 'Fn::GetAtt': [string, string] };
  FunctionResponseTypes: string[];
  ScalingConfig: { MaximumConcurrency: number };
}

const pascal = (app: string) => `${app[0]?.toUpperCase()}${app.slice(1)}`;

export function describeQueues(template: Built): void {
  const queues = () =>
    Object.fromEntries(ofType(template(), 'AWS::SQS::Queue')) as unknown as Record<string, QueueProperties>;
  const working = () => Object.entries(queues()).filter(([id]) => !id.endsWith('DeadLetters'));
  const subscriptions = () =>
    ofType(template(), 'AWS::SNS::Subscription') as unknown as [string, SubscriptionProperties][];
  const mappings = () =>
    ofType(template(), 'AWS::Lambda::EventSourceMapping') as unknown as [string, MappingProperties][];

  describe('queues', () => {
    it('are encrypted, and all others have a dead-letter queue, after more than one try', () => {
      expect(working()).toHaveLength(CONSUMERS.length + 1);
      for (const [id, { SqsManagedSseEnabled }] of Object.entries(queues()))
        expect([id, SqsManagedSseEnabled]).toEqual([id, true]);
      for (const [id, { RedrivePolicy }] of working()) {
        expect(RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0]).toBe(`${id}DeadLetters`);
        expect(RedrivePolicy?.maxReceiveCount).toBeGreaterThan(1);
      }
    });

    it('keep a message 4 days, and a dead letter 14', () => {
      for (const [id, { MessageRetentionPeriod: own }] of working()) {
        const dead = queues()[`${id}DeadLetters`]?.MessageRetentionPeriod;
        expect([id, own, dead]).toEqual([id, 4 * DAYS, 14 * DAYS]);
      }
    });

    it("hide a message for six times its function's timeout", () => {
      expect(mappings()).toHaveLength(working().length);
      for (const [, { EventSourceArn, FunctionName }] of mappings()) {
        const [, consumer] = functionsOf(template()).find(([id]) => id === FunctionName['Fn::GetAtt'][0]) ?? [];
        const queue = queues()[EventSourceArn['Fn::GetAtt'][0]];
        expect(queue?.VisibilityTimeout).toBeGreaterThanOrEqual(6 * (consumer?.Timeout ?? Number.NaN));
      }
    });

    it('get messages that SNS could not deliver as dead letters, too', () => {
      expect(subscriptions().filter(([, { Protocol }]) => Protocol === 'sqs')).toHaveLength(working().length);
      for (const [, { Endpoint, RedrivePolicy }] of subscriptions())
        expect(RedrivePolicy?.deadLetterTargetArn['Fn::GetAtt'][0]).toBe(`${Endpoint['Fn::GetAtt'][0]}DeadLetters`);
    });

    it('have the filters of the manifests', () => {
      for (const app of CONSUMERS) {
        const [, found] = subscriptions().find(([id]) => id === `${pascal(app)}Subscription`) ?? [];
        expect(found?.FilterPolicy?.event_type).toEqual(QUEUES[app].events);
      }
    });

    it('report single failures, and the mapping limits them to the reserved concurrency', () => {
      for (const [, mapping] of mappings()) {
        const [, consumer] = functionsOf(template()).find(([id]) => id === mapping.FunctionName['Fn::GetAtt'][0]) ?? [];
        expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
        expect(mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
        expect(consumer?.ReservedConcurrentExecutions).toBeGreaterThanOrEqual(mapping.ScalingConfig.MaximumConcurrency);
      }
    });
  });
}
