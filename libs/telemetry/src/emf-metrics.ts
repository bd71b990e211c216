import { inBackground } from '@app/async';
import { systemTime } from '@app/kernel';
import { type Labels, type Metric, Metrics } from './metrics.js';

const NAMESPACE = 'Commerce';
const GAUGES_EVERY_MS = 60_000;

/**
 * Writes metrics as log lines in CloudWatch's embedded metric format, which needs no call and no agent. Gauges are
 * written when `reportGauges` is called, such as by a schedule, and with a measurement at most once a minute: on Lambda
 * nothing runs between two events.
 */
export class EmfMetrics extends Metrics {
  private gaugesDueAt = 0;
  private readonly gauges: { metric: Metric; labels: Labels; read: () => number | Promise<number> }[] = [];

  constructor(
    private readonly about: { service: string; stage: string },
    private readonly write: (line: string) => void = (line) => process.stdout.write(line),
  ) {
    super();
  }

  override count(metric: Metric, labels: Labels): void {
    this.writeMetric(metric, labels, 1);
    this.reportGaugesIfDue();
  }

  override time(metric: Metric, labels: Labels, seconds: number): void {
    this.writeMetric(metric, labels, Math.round(seconds * 1e6) / 1e6);
    this.reportGaugesIfDue();
  }

  override watch(metric: Metric, labels: Labels, read: () => number | Promise<number>): void {
    this.gauges.push({ metric, labels, read });
  }

  /** Writes all gauges; leaves out one that cannot be read. */
  async reportGauges(): Promise<void> {
    this.gaugesDueAt = performance.now() + GAUGES_EVERY_MS;
    await Promise.all(
      this.gauges.map(async ({ metric, labels, read }) => {
        const value = await Promise.resolve()
          .then(read)
          .catch(() => undefined);
        if (value !== undefined) this.writeMetric(metric, labels, value);
      }),
    );
  }

  private reportGaugesIfDue(): void {
    if (this.gauges.length > 0 && performance.now() >= this.gaugesDueAt) void inBackground(this.reportGauges());
  }

  /** Source: docs.aws.amazon.com, "Specification: Embedded metric format". */
  private writeMetric({ name, labels: names, fields }: Metric, labels: Labels, value: number): void {
    const dimensions = ['stage', 'service', ...names.filter((label) => !fields.includes(label))];
    const directive = { Namespace: NAMESPACE, Dimensions: [dimensions], Metrics: [{ Name: name, Unit: unitOf(name) }] };
    const line = { _aws: { Timestamp: systemTime(), CloudWatchMetrics: [directive] }, ...this.about, ...labels };
    this.write(`${JSON.stringify({ ...line, [name]: value })}\n`);
  }
}

function unitOf(name: string): 'Seconds' | 'Count' {
  return name.endsWith('_seconds') ? 'Seconds' : 'Count';
}
