import { Connections } from '../generator/connection.js';
import type { Meter } from './meter.js';
import { type Draft, bytesOf } from './request.js';
import type { Target } from './target.js';
import type { Dose, Trick } from './trick.js';

/** Tricks in their order, each with how much of it. */
export type Input = readonly (Omit<Dose, 'n'> & { trick: Trick })[];

const UNANSWERED_MS = 15_000;

/** Sends inputs to one target, each request another one, and measures what they cost. */
export class Probe {
  /** How often each status was answered, 0 for no answer. */
  readonly statuses = new Map<number, number>();
  private readonly connections: Connections;

  constructor(
    readonly target: Target,
    private readonly meter: Meter,
    /** Goes on from target to target: what one of them has remembered must not help another. */
    private readonly next: () => number,
  ) {
    this.connections = new Connections(target.port);
  }

  /** Processor time of the service's process for each of `count` requests that come at once, in ms. */
  async cost(input: Input, count: number): Promise<number> {
    const requests = this.requests(input, count);
    return (await this.meter.cpuOf(() => Promise.all(requests.map((request) => this.send(request))))) / count;
  }

  /** The longest turn of the event loop in answering `count` requests, one after the other, in ms of processor time. */
  longestTurn(input: Input, count: number): Promise<number> {
    const requests = this.requests(input, count);
    return this.meter.longestTurnIn(async () => {
      for (const request of requests) await this.send(request);
    });
  }

  requests(input: Input, count: number): Buffer[] {
    return Array.from({ length: count }, () => bytesOf(this.draft(input)));
  }

  /** Answers 5xx, each as often as it came. */
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

/** In words, from the first trick to the last. */
export function describeInput(input: Input): string {
  return input.map(({ trick, amount, variant }) => trick.words(amount, variant)).join('; ') || 'nothing special';
}
