interface Step {
  name: string;
  seconds: number;
  note: string;
  failed: boolean;
}

/** What was done, how long it took, and what it showed. */
export class Steps {
  private readonly done: Step[] = [];

  /** Answers what the work does; words that it answers are noted in the table. One longer than `limit` seconds failed. */
  async run<T>(name: string, work: () => Promise<T>, limit = Infinity): Promise<T> {
    const began = Date.now();
    const step: Step = { name, seconds: 0, note: '', failed: true };
    this.done.push(step);
    try {
      const result = await work();
      if (typeof result === 'string') step.note = result;
      step.failed = false;
      return result;
    } finally {
      step.seconds = (Date.now() - began) / 1_000;
      if (step.seconds > limit) Object.assign(step, { failed: true, note: `at most ${limit} s` });
      process.stderr.write(`${line(step)}\n`);
    }
  }

  /** Judges the whole as one more step, `limit` seconds at most: a slower rehearsal is one that nobody runs. */
  judge(limit: number): void {
    const seconds = this.done.reduce((sum, step) => sum + step.seconds, 0);
    this.done.push({ name: 'in all', seconds, note: `at most ${limit} s`, failed: seconds > limit });
  }

  table(): string {
    return ['', ...this.done.map(line)].join('\n');
  }

  get failed(): boolean {
    return this.done.some((step) => step.failed);
  }

  /** As every suite ends: `N passed, N failed`. */
  summary(): string {
    const failed = this.done.filter((step) => step.failed).length;
    return `${this.done.length - failed} passed, ${failed} failed`;
  }
}

const line = ({ name, seconds, note, failed }: Step) =>
  `${seconds.toFixed(1).padStart(6)} s  ${failed ? 'FAILED ' : ''}${name}${note && ` (${note})`}`;
