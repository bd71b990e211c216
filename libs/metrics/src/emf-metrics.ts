import { inBackground, METRICS, type MetricName, Metrics, systemTime } from '@app/kernel';

type Values = Record<string, string>;

const NAMESPACE = 'Commerce';
const GAUGES_EVERY_MS = 60_000;

/**
 * Writes numbers as lines of CloudWatch's embedded metric format, which needs no call and no agent: CloudWatch reads
 * them from the function's log. Gauges are written when `tellGauges` is called, such as by a schedule, and else with a
 * measurement, once a minute at most: on Lambda nothing runs between two events.
 */
export class EmfMetrics extends Metrics {
  private gaugesDueAt = 0;
  private readonly gauges: { name: MetricName; labels: Values; read: () => number | Promise<number> }[] = [];

  constructor(
    private readonly about: { service: string; stage: string },
    private readonly write: (line: string) => void = (line) => process.stdout.write(line),
  ) {
    super();
  }

  override count(name: MetricName, labels: Values): void {
    this.tell(name, labels, 1);
    this.tellGaugesIfDue();
  }

  override time(name: MetricName, labels: Values, seconds: number): void {
    this.tell(name, labels, Math.round(seconds * 1e6) / 1e6);
    this.tellGaugesIfDue();
  }

  override watch(name: MetricName, labels: Values, read: () => number | Promise<number>): void {
    this.gauges.push({ name, labels, read });
  }

  /** One that cannot be read is left out. */
  async tellGauges(): Promise<void> {
    this.gaugesDueAt = performance.now() + GAUGES_EVERY_MS;
    await Promise.all(
      this.gauges.map(async ({ name, labels, read }) => {
        const value = await Promise.resolve()
          .then(read)
          .catch(() => undefined);
        if (value !== undefined) this.tell(name, labels, value);
      }),
    );
  }

  private tellGaugesIfDue(): void {
    if (this.gauges.length > 0 && performance.now() >= this.gaugesDueAt) void inBackground(this.tellGauges());
  }

  /** The format's rules: docs.aws.amazon.com, "Specification: Embedded metric format". */
  private tell(name: MetricName, labels: Values, value: number): void {
    const { labels: names, fields = [] }: { labels: readonly string[]; fields?: readonly string[] } = METRICS[name];
    const dimensions = ['stage', 'service', ...names.filter((label) => !fields.includes(label))];
    const metric = { Name: name, Unit: unitOf(name) };
    const directive = { Namespace: NAMESPACE, Dimensions: [dimensions], Metrics: [metric] };
    const line = { _aws: { Timestamp: systemTime(), CloudWatchMetrics: [directive] }, ...this.about, ...labels };
    this.write(`${JSON.stringify({ ...line, [name]: value })}\n`);
  }
}

function unitOf(name: MetricName): 'Seconds' | 'Count' {
  return name.endsWith('_seconds') ? 'Seconds' : 'Count';
}
