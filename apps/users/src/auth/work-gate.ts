/** Runs at most `parallel` jobs at once, lets at most `waiting` more wait in line and refuses the rest at once. */
export class WorkGate {
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly limits: { parallel: number; waiting: number; refusal: () => Error }) {}

  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await job();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.limits.parallel) {
      this.running += 1;
      return;
    }
    if (this.line.length >= this.limits.waiting) throw this.limits.refusal();
    await new Promise<void>((admit) => this.line.push(admit));
  }

  /** The place goes to the next in line, so `running` changes only when nobody waits. */
  private leave(): void {
    const next = this.line.shift();
    if (next) next();
    else this.running -= 1;
  }
}
