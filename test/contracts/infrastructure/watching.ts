import type { Database } from '@app/database';
import { SystemClock } from '@app/kernel';
import { watchOutbox } from '@app/outbox';
import { EmfMetrics } from '@app/telemetry';
import { MISMATCHES } from '../../../apps/payments/src/payments/payment-events.js';
import { watchPayments } from '../../../apps/payments/src/reconciliation/watch-payments.js';
import { watchMedia } from '../../../apps/products/src/media/watch-media.js';
import { ofType, type Resource } from '../../support/templates.js';
import { type Built, functionsOf } from './built.js';

/** Services with an outbox. */
const PUBLISHERS = ['orders', 'payments', 'products', 'users'];

const EMPTY = { query: () => Promise.resolve([{ n: 0 }]) } as unknown as Database;

interface AlarmProperties {
  Namespace: string;
  MetricName: string;
  AlarmActions: unknown[];
  AlarmDescription: string;
  Dimensions: { Name: string; Value: unknown }[];
}

export function describeWatching(template: Built, stage: string): void {
  const alarms = () => ofType(template(), 'AWS::CloudWatch::Alarm') as unknown as [string, AlarmProperties][];
  const watched = (metric: string) => alarms().filter(([, { MetricName }]) => MetricName === metric);

  describe('watching', () => {
    it('has an alarm for every silent failure', () => {
      const queues = ofType(template(), 'AWS::SQS::Queue').length / 2;
      expect(watched('ApproximateNumberOfMessagesVisible')).toHaveLength(queues);
      expect(watched('ApproximateAgeOfOldestMessage')).toHaveLength(queues);
      expect(watched('Throttles')).toHaveLength(functionsOf(template()).length);
      // The relays and the rotation: nobody waits for their response.
      expect(watched('Errors')).toHaveLength(PUBLISHERS.length + 1);
      for (const metric of [
        '5xx',
        'Latency',
        'DatabaseConnections',
        'CPUUtilization',
        'FreeStorageSpace',
        'ThrottledCmds',
        'BytesUsedForCache',
        'Reputation.BounceRate',
        'Reputation.ComplaintRate',
      ])
        expect([metric, watched(metric).length]).toEqual([metric, 1]);
      for (const [id, { AlarmActions, AlarmDescription }] of alarms()) {
        expect([id, AlarmActions]).toEqual([id, [{ Ref: 'AlarmTopic' }]]);
        expect(AlarmDescription).toMatch(/^.{20,}\.$/);
      }
      expect(template().Resources['AlarmTopic']?.Properties['Subscription']).toEqual([
        { Protocol: 'email', Endpoint: expect.stringContaining('@') as string },
      ]);
    });

    it.each(['outbox_parked', 'outbox_lag_seconds'])('watches %s under its published name', async (name) => {
      const published = await Promise.all(
        PUBLISHERS.map(async (service) => {
          const lines: string[] = [];
          const metrics = new EmfMetrics({ service, stage }, (line) => void lines.push(line));
          watchOutbox(metrics, EMPTY);
          await metrics.reportGauges();
          return metricOf(lines.find((line) => line.includes(`"${name}"`)) ?? '');
        }),
      );
      const names = watched(name).map(([, alarm]) => dimensionsOf(alarm));
      expect(
        names.toSorted((a, b) => String(a.Dimensions['service']).localeCompare(String(b.Dimensions['service']))),
      ).toEqual(published);
    });

    it('watches payments under their published names', async () => {
      const lines: string[] = [];
      const metrics = new EmfMetrics({ service: 'payments', stage }, (line) => void lines.push(line));
      watchPayments(metrics, EMPTY, new SystemClock());
      await metrics.reportGauges();
      metrics.count(MISMATCHES, {});
      const published = lines.map(metricOf);
      expect(published).toHaveLength(3);
      for (const metric of published) {
        const [[, alarm] = ['', undefined]] = watched(metric.MetricName);
        expect(alarm && dimensionsOf(alarm)).toEqual(metric);
      }
    });

    it('watches images under their published name', async () => {
      const lines: string[] = [];
      const metrics = new EmfMetrics({ service: 'products', stage }, (line) => void lines.push(line));
      watchMedia(metrics, EMPTY, new SystemClock());
      await metrics.reportGauges();
      const [published, ...others] = lines.map(metricOf);
      const [[, alarm] = ['', undefined]] = watched('images_lag_seconds');
      expect([alarm && dimensionsOf(alarm), others]).toEqual([published, []]);
    });

    it('shows requests, latency, queues, outboxes, errors and connections on one page', () => {
      const [[, { DashboardBody: body }] = ['', {}]] = ofType(template(), 'AWS::CloudWatch::Dashboard');
      const [text] = (body as { 'Fn::Sub': [string] })['Fn::Sub'];
      const { widgets } = JSON.parse(text) as { widgets: { properties: { metrics: [string, string][] } }[] };
      const metrics = new Set(widgets.flatMap(({ properties }) => properties.metrics.map(([, metric]) => metric)));
      expect(metrics).toEqual(
        new Set([
          ...['Count', '4xx', '5xx', 'Latency', 'Errors', 'DatabaseConnections'],
          ...['ApproximateAgeOfOldestMessage', 'ApproximateNumberOfMessagesVisible'],
          ...['outbox_lag_seconds', 'outbox_parked', 'provider_events_lag_seconds', 'refunds_lag_seconds'],
        ]),
      );
    });

    it('keeps logs for the configured time, and one line per request at the edge', () => {
      const groups = ofType(template(), 'AWS::Logs::LogGroup');
      expect(groups).toHaveLength(functionsOf(template()).length + 1);
      for (const [, { RetentionInDays: days }] of groups) expect(days).toBe(stage === 'prod' ? 90 : 30);
      const { Properties: api } = template().Resources['HttpApiStage'] as Resource;
      expect(JSON.stringify(api['AccessLogSettings'])).toContain('request_id');
      expect(api['DefaultRouteSettings']).toMatchObject({
        ThrottlingRateLimit: expect.any(Number) as number,
        ThrottlingBurstLimit: expect.any(Number) as number,
      });
    });

    it('tags resources for their costs', () => {
      const wanted = { service: 'commerce', stage };
      for (const [id, { Tags: tags }] of ofType(template(), 'AWS::Lambda::Function')) {
        const pairs = (tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value] as const);
        expect([id, Object.fromEntries(pairs)]).toEqual([id, wanted]);
      }
    });
  });
}

/** The metric that an alarm watches. */
const dimensionsOf = ({ Namespace, MetricName, Dimensions }: AlarmProperties) => ({
  Namespace,
  MetricName,
  Dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
});

/** The metric in a log line of CloudWatch's embedded format. */
function metricOf(line: string) {
  const entry = JSON.parse(line) as Record<string, string> & {
    _aws: { CloudWatchMetrics: [{ Namespace: string; Dimensions: [string[]]; Metrics: [{ Name: string }] }] };
  };
  const [{ Namespace, Dimensions, Metrics }] = entry._aws.CloudWatchMetrics;
  return {
    Namespace,
    MetricName: Metrics[0].Name,
    Dimensions: Object.fromEntries(Dimensions[0].map((name) => [name, entry[name]])),
  };
}
