import type { Histogram, Registry } from 'prom-client';
import { declaredMetrics, type Labels, type Metric, Metrics } from './metrics.js';
import { Durations, Tallies } from './tallies.js';

type PromClient = typeof import('prom-client');
type Read = () => number | Promise<number>;

/** The metrics of all services of a process, for Prometheus. */
export class Prometheus {
  private readonly registry: Registry;
  private readonly services: ServiceMetrics[] = [];

  private constructor(private readonly client: PromClient) {
    this.registry = new client.Registry();
  }

  /**
   * Loads the library only here: where nobody fetches metrics, as on Lambda, it is never loaded. In a bundle a CommonJS
   * package has only its default export.
   */
  static async load(): Promise<Prometheus> {
    return new Prometheus((await import('prom-client')).default);
  }

  /** Returns the metrics of one service. */
  of(service: string): Metrics {
    const metrics = new ServiceMetrics(service);
    this.services.push(metrics);
    return metrics;
  }

  /** Returns all metrics in Prometheus' text format. */
  async text(): Promise<string> {
    for (const metric of declaredMetrics()) if (!this.registry.getSingleMetric(metric.name)) this.register(metric);
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private register(metric: Metric): void {
    const { services, client, registry } = this;
    const { name, help, kind, labels } = metric;
    const options = { name, help, registers: [registry], labelNames: ['service', ...labels] };
    if (kind === 'duration') registry.registerMetric(histogram(metric, services));
    else if (kind === 'count')
      new client.Counter({
        ...options,
        collect() {
          this.reset();
          for (const { labels, tally } of services.flatMap((service) => service.counts(metric)))
            this.inc(labels, tally);
        },
      });
    else
      new client.Gauge({
        ...options,
        async collect() {
          this.reset();
          const readings = await Promise.all(services.map((service) => service.readings(metric)));
          for (const { labels, value } of readings.flat()) this.set(labels, value);
        },
      });
  }
}

/** The interface that the registry requires. The library's own histogram cannot be given counts. */
function histogram(metric: Metric, services: readonly ServiceMetrics[]): Histogram {
  const { name, help } = metric;
  const get = () =>
    Promise.resolve({
      name,
      help,
      type: 'histogram',
      values: services.flatMap((service) => service.durations(metric)),
    });
  return { name, get } as unknown as Histogram;
}

class ServiceMetrics extends Metrics {
  private readonly counted = new Map<Metric, Tallies<{ count: number }>>();
  private readonly timed = new Map<Metric, Tallies<Durations>>();
  private readonly watched = new Map<Metric, { labels: Labels; read: Read }[]>();

  constructor(private readonly service: string) {
    super();
  }

  override count(metric: Metric, labels: Labels): void {
    talliesOf(this.counted, metric, () => ({ count: 0 })).of(labels).count++;
  }

  override time(metric: Metric, labels: Labels, seconds: number): void {
    talliesOf(this.timed, metric, () => new Durations())
      .of(labels)
      .add(seconds);
  }

  override watch(metric: Metric, labels: Labels, read: Read): void {
    this.watched.set(metric, [...(this.watched.get(metric) ?? []), { labels, read }]);
  }

  counts(metric: Metric) {
    const all = this.counted.get(metric)?.all ?? [];
    return all.map(({ labels, tally }) => ({ labels: this.withService(labels), tally: tally.count }));
  }

  durations(metric: Metric) {
    const all = this.timed.get(metric)?.all ?? [];
    return all.flatMap(({ labels, tally }) => tally.values(metric.name, this.withService(labels)));
  }

  /** Leaves out gauges that cannot be read. */
  async readings(metric: Metric): Promise<{ labels: Labels; value: number }[]> {
    const readings = (this.watched.get(metric) ?? []).map(async ({ labels, read }) => {
      try {
        return [{ labels: this.withService(labels), value: await read() }];
      } catch {
        return [];
      }
    });
    return (await Promise.all(readings)).flat();
  }

  private withService(labels: Labels): Labels {
    return { service: this.service, ...labels };
  }
}

function talliesOf<T>(all: Map<Metric, Tallies<T>>, metric: Metric, create: () => T): Tallies<T> {
  let tallies = all.get(metric);
  if (!tallies) all.set(metric, (tallies = new Tallies(metric.labels, create)));
  return tallies;
}
