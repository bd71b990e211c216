interface Step {
  name: string;
  seconds: number;
  note: string;
  failed: boolean;
}

/** What was done, how long it took, and what it showed. */
export class Steps {
  private readonly done: Step[] = [];

  /** Answers what the work does; words that it answers are noted in the table. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
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
      process.stderr.write(`${line(step)}\n`);
    }
  }

  table(): string {
    const total = this.done.reduce((sum, { seconds }) => sum + seconds, 0);
    return ['', ...this.done.map(line), `${total.toFixed(1).padStart(6)} s  in all`].join('\n');
  }

  /** As every suite ends: `N passed, N failed`. */
  summary(): string {
    const failed = this.done.filter((step) => step.failed).length;
    return `${this.done.length - failed} passed, ${failed} failed`;
  }
}

const line = ({ name, seconds, note, failed }: Step) =>
  `${seconds.toFixed(1).padStart(6)} s  ${failed ? 'FAILED ' : ''}${name}${note && ` (${note})`}`;
