import type { ServerResponse } from 'node:http';
import { DomainError, type Logger, type Metrics, NoMetrics } from '@app/kernel';
import type { HttpRequest } from './request.js';
import { addRouteConfig } from './route-config.js';

/** Which share of the bounds a kind of work may fill; the rest is kept for what matters more. */
const SHARES = { optional: 0.5, normal: 0.75, critical: 1 } as const;

/** `critical` work is refused last, `optional` work first. */
export type Priority = keyof typeof SHARES;

/** How much a process takes on. 0 sets no bound. */
export interface AdmissionBounds {
  /** Requests worked on at the same time. */
  inFlight: number;
  /** Milliseconds by which timers are late, on average over about half a second. */
  eventLoopDelay: number;
}

/**
 * Says how much a route matters under overload. Without it lists, searches and documents are `optional`, everything
 * else is `normal`.
 */
export function Matters(priority: Priority): MethodDecorator {
  return addRouteConfig({ priority });
}

/** Often enough to notice, and rarely enough to cost nothing: Node's own histogram would wake an idle process 100 times a second. */
const SAMPLE_MS = 50;
/** Weight of the newest sample: one pause, such as a collection of garbage, is no overload. */
const NEWEST = 0.16;
const TELL_MS = 1_000;

const overloaded = (retryAfter: number) =>
  new DomainError('overloaded', 'There is more to do than this service can. Try again in a moment.', { retryAfter });
/** Refused callers come back at different times. Made once: the stack of an error costs more than the rest of a refusal. */
const REFUSALS = [overloaded(1), overloaded(2), overloaded(3)] as const;

/**
 * Refuses work that this process could only do too late for everybody: by the requests it works on, and by the delay of
 * its event loop. A refusal costs microseconds, so those who are admitted are served as fast as ever.
 */
export class Admission {
  private requests = 0;
  private beside: () => number = () => 0;
  private delayMs = 0;
  private readonly refused: Record<Priority, number> = { optional: 0, normal: 0, critical: 0 };
  private toldAt = 0;

  constructor(
    private readonly bounds: AdmissionBounds,
    private readonly logger: Logger,
    private readonly metrics: Metrics = new NoMetrics(),
  ) {
    metrics.watch('http_in_flight', {}, () => this.running);
    metrics.watch('event_loop_delay_seconds', {}, () => this.delayMs / 1_000);
  }

  /** Measures the event loop until the returned function is called. Only for a process that listens. */
  watch(): () => void {
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      this.delayMs += (Math.max(0, now - before - SAMPLE_MS) - this.delayMs) * NEWEST;
      before = now;
    }, SAMPLE_MS).unref();
    return () => clearInterval(timer);
  }

  /** The error to refuse the request with, now that its head is there; takes nothing on. */
  refusal(request: HttpRequest): DomainError | undefined {
    const priority = priorityOf(request);
    return priority === undefined || this.hasRoomFor(priority) ? undefined : this.refuse(priority);
  }

  /** Takes the request on until its answer has ended, or answers the error to refuse it with. */
  enter(request: HttpRequest, response: ServerResponse): DomainError | undefined {
    if (priorityOf(request) === undefined) return undefined;
    const refusal = this.refusal(request);
    // Whoever has gone meanwhile would never leave.
    if (refusal || response.closed) return refusal;
    this.requests++;
    let left = false;
    const leave = (): void => {
      if (!left) this.requests--;
      left = true;
    };
    // An answer that is out is finished; one whose client has gone is only closed.
    response.once('finish', leave).once('close', leave);
    return undefined;
  }

  /** Counts other work as well, such as commands of other services: while much of it waits, less is taken on. */
  countAlso(running: () => number): void {
    this.beside = running;
  }

  private get running(): number {
    return this.requests + this.beside();
  }

  hasRoomFor(priority: Priority): boolean {
    const { inFlight, eventLoopDelay } = this.bounds;
    const share = SHARES[priority];
    if (inFlight > 0 && this.running >= inFlight * share) return false;
    return eventLoopDelay === 0 || this.delayMs < eventLoopDelay * share;
  }

  private refuse(priority: Priority): DomainError {
    this.refused[priority]++;
    this.metrics.count('http_refused_total', { priority });
    this.tell();
    return REFUSALS[Math.floor(Math.random() * REFUSALS.length)] ?? REFUSALS[0];
  }

  /** Once a second at most: an overload is no time for a line per request. */
  private tell(): void {
    const now = performance.now();
    if (now - this.toldAt < TELL_MS) return;
    this.toldAt = now;
    const { running: in_flight, delayMs: event_loop_delay_ms } = this;
    this.logger.warn({ in_flight, event_loop_delay_ms, refused: { ...this.refused } }, 'overloaded: refusing requests');
  }
}

/** What machines ask all the time: how the process is. */
export function isProbe(route: string): boolean {
  return route.startsWith('/health/') || route === '/metrics';
}

/** Undefined for what is answered under any load: whoever asks about health must get an answer. */
function priorityOf({ method, routeOptions: { url, config } }: HttpRequest): Priority | undefined {
  const { priority } = config as { priority?: Priority };
  if (priority !== undefined) return priority;
  if (url === undefined) return 'optional';
  if (isProbe(url)) return undefined;
  return method === 'GET' && !url.includes(':') ? 'optional' : 'normal';
}
