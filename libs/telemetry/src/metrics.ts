export type MetricKind = 'count' | 'duration' | 'gauge';

export interface Metric<K extends MetricKind = MetricKind, L extends string = string> {
  readonly kind: K;
  /** In Prometheus' style; ends in its unit. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly L[];
  /** Labels that CloudWatch gets as fields and not as dimensions: it charges for every combination of dimensions. */
  readonly fields: readonly L[];
}

export type Labels<L extends string = string> = Readonly<Record<L, string>>;

const declared = new Map<string, Metric>();

/**
 * Declares a metric next to where it is counted. No label ever contains a person, an address or an id.
 *
 * @throws Error if another metric has this name.
 */
export function declareMetric<K extends MetricKind, const L extends string = never>(
  kind: K,
  name: string,
  help: string,
  labels: readonly L[] = [],
  fields: readonly NoInfer<L>[] = [],
): Metric<K, L> {
  if (declared.has(name)) throw new Error(`The metric ${name} is declared twice.`);
  const metric = { kind, name, help, labels, fields };
  declared.set(name, metric);
  return metric;
}

/** The metrics that the libs and services of this process declare. */
export function declaredMetrics(): Metric[] {
  return [...declared.values()];
}

/** Collects the metrics of one service. Every method is cheap and never throws. */
export abstract class Metrics {
  abstract count<L extends string>(metric: Metric<'count', L>, labels: Labels<L>): void;
  abstract time<L extends string>(metric: Metric<'duration', L>, labels: Labels<L>, seconds: number): void;
  /** Registers a gauge. `read` is called whenever metrics are collected; if it fails, the gauge is left out. */
  abstract watch<L extends string>(
    metric: Metric<'gauge', L>,
    labels: Labels<L>,
    read: () => number | Promise<number>,
  ): void;
}

/** Discards all metrics. */
export class NoMetrics extends Metrics {
  override count(): void {}
  override time(): void {}
  override watch(): void {}
}
