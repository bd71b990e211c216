import { Connections } from '../generator/connection.js';
import type { Meter } from './meter.js';
import { type Draft, bytesOf } from './request.js';
import type { Target } from './target.js';
import type { Dose, Trick } from './trick.js';

/** Tricks in order, each with its amount. */
export type Input = readonly (Omit<Dose, 'n'> & { trick: Trick })[];

const UNANSWERED_MS = 15_000;

/** Sends inputs to one target, each request different, and measures their cost. */
export class Probe {
  /** Responses by status, 0 for none. */
  readonly statuses = new Map<number, number>();
  private readonly connections: Connections;

  constructor(
    readonly target: Target,
    private readonly meter: Meter,
    /** Counts on across targets, so that nothing remembered for one helps another. */
    private readonly next: () => number,
  ) {
    this.connections = new Connections(target.port);
  }

  /** The service's processor time per request, in ms, for `count` requests at once. */
  async cost(input: Input, count: number): Promise<number> {
    const requests = this.requests(input, count);
    return (await this.meter.cpuOf(() => Promise.all(requests.map((request) => this.send(request))))) / count;
  }

  /** The longest turn of the event loop during `count` sequential requests, in ms of processor time. */
  longestTurn(input: Input, count: number): Promise<number> {
    const requests = this.requests(input, count);
    return this.meter.longestTurnIn(async () => {
      for (const request of requests) await this.send(request);
    });
  }

  requests(input: Input, count: number): Buffer[] {
    return Array.from({ length: count }, () => bytesOf(this.draft(input)));
  }

  /** All 5xx statuses, with repetitions. */
  get failures(): number[] {
    return [...this.statuses].flatMap(([status, times]) => (status >= 500 ? Array<number>(times).fill(status) : []));
  }

  close(): void {
    this.connections.close();
  }

  private draft(input: Input): Draft {
    const n = this.next();
    const draft = this.target.draft(n);
    for (const { trick, amount, variant } of input) trick.apply(draft, { amount, variant, n });
    return draft;
  }

  private async send(request: Buffer): Promise<void> {
    const status = await this.answerTo(request);
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
  }

  private answerTo(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(0), UNANSWERED_MS);
      this.connections.send(request, (status) => {
        clearTimeout(late);
        resolve(status);
      });
    });
  }
}

/** Describes all tricks of an input in words. */
export function describeInput(input: Input): string {
  return input.map(({ trick, amount, variant }) => trick.words(amount, variant)).join('; ') || 'nothing special';
}
