type Labels = Readonly<Record<string, string>>;

class Branch<T> {
  private readonly below = new Map<string, Branch<T>>();
  tally: T | undefined;

  at(value: string): Branch<T> {
    let branch = this.below.get(value);
    if (!branch) this.below.set(value, (branch = new Branch()));
    return branch;
  }
}

/**
 * One tally for each combination of labels, looked up label by label: several are needed per request, and joining and
 * hashing the labels, as prom-client does, costs five times as much.
 */
export class Tallies<T> {
  readonly all: { labels: Labels; tally: T }[] = [];
  private readonly root = new Branch<T>();

  constructor(
    private readonly names: readonly string[],
    private readonly create: () => T,
  ) {}

  of(labels: Labels): T {
    let branch = this.root;
    for (const name of this.names) branch = branch.at(labels[name] ?? '');
    return (branch.tally ??= this.add(labels));
  }

  private add(labels: Labels): T {
    const tally = this.create();
    this.all.push({ labels, tally });
    return tally;
  }
}

/** Seconds; from a cached response to the longest wait of a client. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** Counts durations in buckets. */
export class Durations {
  private sum = 0;
  private readonly counts = [...BUCKETS, Number.POSITIVE_INFINITY].map(() => 0);

  add(seconds: number): void {
    let bucket = 0;
    while (seconds > (BUCKETS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += seconds;
  }

  /** In Prometheus' form: each bucket includes the counts of all smaller ones. */
  values(
    name: string,
    labels: Labels,
  ): { metricName: string; labels: Labels | { le: number | string }; value: number }[] {
    let count = 0;
    const buckets = this.counts.map((here, bucket) => ({
      metricName: `${name}_bucket`,
      labels: { le: BUCKETS[bucket] ?? '+Inf', ...labels },
      value: (count += here),
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
