import type { ServerResponse } from 'node:http';
import { DomainError } from '@app/kernel';
import { declareMetric, type Logger, type Metrics, NoMetrics } from '@app/telemetry';
import type { HttpRequest } from './request.js';
import { addRouteConfig } from './route-config.js';

/** The share of the bounds that each kind of work may use; the rest is reserved for more important work. */
const SHARES = { optional: 0.5, normal: 0.75, critical: 1 } as const;

/** `critical` work is refused last, `optional` work first. */
export type Priority = keyof typeof SHARES;

/** How much work a process accepts. 0 means no limit. */
export interface AdmissionBounds {
  /** Concurrent requests. */
  inFlight: number;
  /** Milliseconds by which timers are late, averaged over about half a second. */
  eventLoopDelay: number;
}

/** Sets a route's priority under overload; default `optional` for lists, searches and documents, otherwise `normal`. */
export function RequestPriority(priority: Priority): MethodDecorator {
  return addRouteConfig({ priority });
}

/** Often enough to notice a lag, and cheap: Node's own histogram would wake an idle process 100 times a second. */
const SAMPLE_MS = 50;
/** Weight of the newest sample: a single pause, such as a garbage collection, is not an overload. */
const NEWEST_WEIGHT = 0.16;
const LOG_INTERVAL_MS = 1_000;

const REFUSED = declareMetric('count', 'http_refused_total', 'Requests refused for overload.', ['priority']);
const IN_FLIGHT = declareMetric('gauge', 'http_in_flight', 'Requests worked on now.');
const DELAY = declareMetric('gauge', 'event_loop_delay_seconds', 'By how much timers are late.');

const overloaded = (retryAfter: number) =>
  new DomainError('overloaded', 'This service is overloaded. Try again in a moment.', { retryAfter });
/** Different values spread the retries. Created once: the stack of an error costs more than the rest of a refusal. */
const REFUSALS = [overloaded(1), overloaded(2), overloaded(3)] as const;

/**
 * Refuses requests under overload, measured by the requests in flight and the delay of the event loop. A refusal costs
 * microseconds, so admitted requests stay fast.
 */
export class Admission {
  private requests = 0;
  private otherWork: () => number = () => 0;
  private delayMs = 0;
  private readonly refused: Record<Priority, number> = { optional: 0, normal: 0, critical: 0 };
  private loggedAt = 0;

  constructor(
    private readonly bounds: AdmissionBounds,
    private readonly logger: Logger,
    private readonly metrics: Metrics = new NoMetrics(),
  ) {
    metrics.watch(IN_FLIGHT, {}, () => this.running);
    metrics.watch(DELAY, {}, () => this.delayMs / 1_000);
  }

  /** Measures the event loop until the returned function is called. Only for a process that listens. */
  watch(): () => void {
    let before = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      this.delayMs += (Math.max(0, now - before - SAMPLE_MS) - this.delayMs) * NEWEST_WEIGHT;
      before = now;
    }, SAMPLE_MS).unref();
    return () => clearInterval(timer);
  }

  /** Returns the error to refuse the request with, from its head alone; does not admit it. */
  refusal(request: HttpRequest): DomainError | undefined {
    const priority = priorityOf(request);
    return priority === undefined || this.hasRoomFor(priority) ? undefined : this.refuse(priority);
  }

  /** Admits the request until its response has ended, or returns the error to refuse it with. */
  enter(request: HttpRequest, response: ServerResponse): DomainError | undefined {
    if (priorityOf(request) === undefined) return undefined;
    const refusal = this.refusal(request);
    // A client that has already disconnected would never free its place.
    if (refusal || response.closed) return refusal;
    this.requests++;
    let left = false;
    const leave = (): void => {
      if (!left) this.requests--;
      left = true;
    };
    // A sent response emits 'finish'; if the client has disconnected, only 'close'.
    response.once('finish', leave).once('close', leave);
    return undefined;
  }

  /** Also counts other work, such as commands of other services, so that fewer requests are admitted while it runs. */
  countAlso(running: () => number): void {
    this.otherWork = running;
  }

  private get running(): number {
    return this.requests + this.otherWork();
  }

  hasRoomFor(priority: Priority): boolean {
    const { inFlight, eventLoopDelay } = this.bounds;
    const share = SHARES[priority];
    if (inFlight > 0 && this.running >= inFlight * share) return false;
    return eventLoopDelay === 0 || this.delayMs < eventLoopDelay * share;
  }

  private refuse(priority: Priority): DomainError {
    this.refused[priority]++;
    this.metrics.count(REFUSED, { priority });
    this.logRefusals();
    return REFUSALS[Math.floor(Math.random() * REFUSALS.length)] ?? REFUSALS[0];
  }

  /** At most once a second: under overload a line per request would cost too much. */
  private logRefusals(): void {
    const now = performance.now();
    if (now - this.loggedAt < LOG_INTERVAL_MS) return;
    this.loggedAt = now;
    const { running: in_flight, delayMs: event_loop_delay_ms } = this;
    this.logger.warn({ in_flight, event_loop_delay_ms, refused: { ...this.refused } }, 'overloaded: refusing requests');
  }
}

/** Health checks and metrics, which machines request all the time. */
export function isProbe(route: string): boolean {
  return route.startsWith('/health/') || route === '/metrics';
}

/** Undefined for routes that are served under any load: a health check must get a response. */
function priorityOf({ method, routeOptions: { url, config } }: HttpRequest): Priority | undefined {
  const { priority } = config as { priority?: Priority };
  if (priority !== undefined) return priority;
  if (url === undefined) return 'optional';
  if (isProbe(url)) return undefined;
  return method === 'GET' && !url.includes(':') ? 'optional' : 'normal';
}
