interface Metric {
  kind: 'count' | 'duration' | 'gauge';
  help: string;
  labels: readonly string[];
  /** Labels that CloudWatch gets as fields and not as dimensions: it charges for every combination of dimensions. */
  fields?: readonly string[];
}

/** Every metric of the platform. No label ever contains a person, an address or an id. */
export const METRICS = {
  http_request_seconds: {
    kind: 'duration',
    help: 'Requests by route template, and how long their answers took.',
    labels: ['method', 'route', 'status'],
    fields: ['method', 'status'],
  },
  http_refused_total: { kind: 'count', help: 'Requests refused for overload.', labels: ['priority'] },
  http_in_flight: { kind: 'gauge', help: 'Requests worked on now.', labels: [] },
  event_loop_delay_seconds: { kind: 'gauge', help: 'By how much timers are late.', labels: [] },
  cache_answers_total: {
    kind: 'count',
    help: 'Answers by where they came from (HIT, MISS, BYPASS): the hit rate.',
    labels: ['route', 'outcome'],
  },
  message_seconds: {
    kind: 'duration',
    help: 'Events and commands, and how long their handling took.',
    labels: ['kind', 'name', 'outcome'],
  },
  event_age_seconds: {
    kind: 'duration',
    help: 'From the fact to its consumption: outbox, topic and queue together.',
    labels: ['name'],
  },
  outbox_waiting: { kind: 'gauge', help: 'Messages that are committed and not published.', labels: [] },
  outbox_parked: { kind: 'gauge', help: 'Messages that nobody tries to publish any more.', labels: [] },
  outbox_lag_seconds: { kind: 'gauge', help: 'Age of the oldest message that is not published.', labels: [] },
  emails_total: { kind: 'count', help: 'E-mails by what became of them.', labels: ['template', 'status'] },
  provider_events_total: {
    kind: 'count',
    help: 'Events of the payment provider by what became of them (applied, ignored, unknown, refunded).',
    labels: ['outcome'],
  },
  database_connections: {
    kind: 'gauge',
    help: 'Connections of the pool by state (busy, idle), and who waits for one (waiting).',
    labels: ['state'],
  },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof METRICS;
type Named<K extends 'count' | 'duration' | 'gauge'> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];
export type Labels<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;

/** Collects the metrics of one service. Every method is cheap and never throws. */
export abstract class Metrics {
  abstract count<N extends Named<'count'>>(name: N, labels: Labels<N>): void;
  abstract time<N extends Named<'duration'>>(name: N, labels: Labels<N>, seconds: number): void;
  /** Registers a gauge. `read` is called whenever metrics are collected; if it fails, the gauge is left out. */
  abstract watch<N extends Named<'gauge'>>(name: N, labels: Labels<N>, read: () => number | Promise<number>): void;
}

/** Discards all metrics. */
export class NoMetrics extends Metrics {
  override count(): void {}
  override time(): void {}
  override watch(): void {}
}
