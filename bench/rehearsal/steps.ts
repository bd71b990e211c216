interface Step {
  name: string;
  seconds: number;
  note: string;
  failed: boolean;
}

/** What was done, how long it took, and what it showed. */
export class Steps {
  private readonly done: Step[] = [];
  private noted = '';

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const began = Date.now();
    this.noted = '';
    let failed = true;
    try {
      const result = await work();
      failed = false;
      return result;
    } finally {
      const step = { name, seconds: (Date.now() - began) / 1_000, note: this.noted, failed };
      this.done.push(step);
      process.stderr.write(`${line(step)}\n`);
    }
  }

  /** A few words for the table about the running step. */
  note(text: string): void {
    this.noted = text;
  }

  table(): string {
    const total = this.done.reduce((sum, { seconds }) => sum + seconds, 0);
    return ['', ...this.done.map(line), `${total.toFixed(1).padStart(6)} s  in all`].join('\n');
  }
}

const line = ({ name, seconds, note, failed }: Step) =>
  `${seconds.toFixed(1).padStart(6)} s  ${failed ? 'FAILED ' : ''}${name}${note && ` (${note})`}`;
