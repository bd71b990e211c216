import { METRICS, type MetricName, Metrics } from '@app/kernel';
import type { Counter, Gauge, Histogram, Registry } from 'prom-client';

type PromClient = typeof import('prom-client');
type Values = Record<string, string>;

/** Seconds; from a cached answer to the longest anybody waits. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** The numbers of the services of one process, for Prometheus to fetch. */
export class Prometheus {
  private readonly registry: Registry;
  private readonly counters = new Map<MetricName, Counter>();
  private readonly histograms = new Map<MetricName, Histogram>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly readers = new Map<MetricName, { labels: Values; read: () => number | Promise<number> }[]>();

  private constructor(client: PromClient) {
    this.registry = new client.Registry();
    const registers = [this.registry];
    for (const [key, { kind, help, labels }] of Object.entries(METRICS)) {
      const name = key as MetricName;
      const options = { name, help, registers, labelNames: ['service', ...labels] };
      if (kind === 'count') this.counters.set(name, new client.Counter(options));
      else if (kind === 'duration') this.histograms.set(name, new client.Histogram({ ...options, buckets: BUCKETS }));
      else this.gauges.set(name, new client.Gauge({ ...options, collect: () => this.collect(name) }));
    }
  }

  /**
   * Loaded late: where nobody fetches numbers, as on Lambda, the library is not read either. In a bundle a CommonJS
   * package has nothing but its default.
   */
  static async load(): Promise<Prometheus> {
    return new Prometheus((await import('prom-client')).default);
  }

  /** Takes one service's numbers. */
  of(service: string): Metrics {
    return new ServiceMetrics(service, this.counters, this.histograms, this.readers);
  }

  /** Everything, in Prometheus' text format. */
  async text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private async collect(name: MetricName): Promise<void> {
    const gauge = this.gauges.get(name);
    gauge?.reset();
    const readers = this.readers.get(name) ?? [];
    await Promise.all(
      readers.map(async ({ labels, read }) => {
        try {
          gauge?.set(labels, await read());
        } catch {
          // What cannot be told now is left out.
        }
      }),
    );
  }
}

class ServiceMetrics extends Metrics {
  constructor(
    private readonly service: string,
    private readonly counters: ReadonlyMap<MetricName, Counter>,
    private readonly histograms: ReadonlyMap<MetricName, Histogram>,
    private readonly readers: Map<MetricName, { labels: Values; read: () => number | Promise<number> }[]>,
  ) {
    super();
  }

  override count(name: MetricName, labels: Values): void {
    this.counters.get(name)?.inc({ service: this.service, ...labels });
  }

  override time(name: MetricName, labels: Values, seconds: number): void {
    this.histograms.get(name)?.observe({ service: this.service, ...labels }, seconds);
  }

  override watch(name: MetricName, labels: Values, read: () => number | Promise<number>): void {
    const present = this.readers.get(name) ?? [];
    this.readers.set(name, [...present, { labels: { service: this.service, ...labels }, read }]);
  }
}
