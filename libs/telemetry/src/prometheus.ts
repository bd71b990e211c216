import type { Histogram, Registry } from 'prom-client';
import { METRICS, type MetricName, Metrics } from './metrics.js';
import { Durations, Tallies } from './tallies.js';

type PromClient = typeof import('prom-client');
type Values = Record<string, string>;
type Read = () => number | Promise<number>;

/** The metrics of all services of a process, for Prometheus. */
export class Prometheus {
  private readonly registry: Registry;
  private readonly services: ServiceMetrics[] = [];

  private constructor(client: PromClient) {
    this.registry = new client.Registry();
    const registers = [this.registry];
    for (const [key, { kind, help, labels }] of Object.entries(METRICS)) {
      const name = key as MetricName;
      const { services } = this;
      const options = { name, help, registers, labelNames: ['service', ...labels] };
      if (kind === 'duration') this.registry.registerMetric(histogram(name, help, services));
      else if (kind === 'count')
        new client.Counter({
          ...options,
          collect() {
            this.reset();
            for (const { labels, tally } of services.flatMap((service) => service.counts(name)))
              this.inc(labels, tally);
          },
        });
      else
        new client.Gauge({
          ...options,
          async collect() {
            this.reset();
            const readings = await Promise.all(services.map((service) => service.readings(name)));
            for (const { labels, value } of readings.flat()) this.set(labels, value);
          },
        });
    }
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
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }
}

/** The interface that the registry requires. The library's own histogram cannot be given counts. */
function histogram(name: MetricName, help: string, services: readonly ServiceMetrics[]): Histogram {
  const get = () =>
    Promise.resolve({ name, help, type: 'histogram', values: services.flatMap((service) => service.durations(name)) });
  return { name, get } as unknown as Histogram;
}

class ServiceMetrics extends Metrics {
  private readonly counted = talliesOf('count', () => ({ count: 0 }));
  private readonly timed = talliesOf('duration', () => new Durations());
  private readonly watched = new Map<MetricName, { labels: Values; read: Read }[]>();

  constructor(private readonly service: string) {
    super();
  }

  override count(name: MetricName, labels: Values): void {
    const tally = this.counted.get(name)?.of(labels);
    if (tally) tally.count++;
  }

  override time(name: MetricName, labels: Values, seconds: number): void {
    this.timed.get(name)?.of(labels).add(seconds);
  }

  override watch(name: MetricName, labels: Values, read: Read): void {
    this.watched.set(name, [...(this.watched.get(name) ?? []), { labels, read }]);
  }

  counts(name: MetricName) {
    const all = this.counted.get(name)?.all ?? [];
    return all.map(({ labels, tally }) => ({ labels: this.withService(labels), tally: tally.count }));
  }

  durations(name: MetricName) {
    const all = this.timed.get(name)?.all ?? [];
    return all.flatMap(({ labels, tally }) => tally.values(name, this.withService(labels)));
  }

  /** Leaves out gauges that cannot be read. */
  async readings(name: MetricName): Promise<{ labels: Values; value: number }[]> {
    const readings = (this.watched.get(name) ?? []).map(async ({ labels, read }) => {
      try {
        return [{ labels: this.withService(labels), value: await read() }];
      } catch {
        return [];
      }
    });
    return (await Promise.all(readings)).flat();
  }

  private withService(labels: Values): Values {
    return { service: this.service, ...labels };
  }
}

function talliesOf<T>(kind: 'count' | 'duration', create: () => T): ReadonlyMap<MetricName, Tallies<T>> {
  const sameKind = Object.entries(METRICS).filter(([, metric]) => metric.kind === kind);
  return new Map(sameKind.map(([name, { labels }]) => [name as MetricName, new Tallies(labels, create)]));
}
