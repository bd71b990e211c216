interface Step {
  name: string;
  seconds: number;
  note: string;
  failed: boolean;
}

/** The steps done, with their durations and results. */
export class Steps {
  private readonly done: Step[] = [];

  /** Returns the work's result; the table shows it if it is a string. A step longer than `limit` seconds fails. */
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

  /** Judges the total time as one more step, at most `limit` seconds: nobody runs a slow rehearsal. */
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

  /** `N passed, N failed`, the last line of every suite. */
  summary(): string {
    const failed = this.done.filter((step) => step.failed).length;
    return `${this.done.length - failed} passed, ${failed} failed`;
  }
}

const line = ({ name, seconds, note, failed }: Step) =>
  `${seconds.toFixed(1).padStart(6)} s  ${failed ? 'FAILED ' : ''}${name}${note && ` (${note})`}`;
