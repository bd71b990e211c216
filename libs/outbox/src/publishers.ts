import type { Envelope } from '@app/events';

/** The destination of a row: the platform's topic, or this service's own cache for an invalidation. */
export type Destination = 'topic' | 'cache';

/** A message of a service to itself, such as an invalidation: not an event, and without subscribers. */
export interface Notice {
  /** UUID. */
  event_id: string;
  event_type: string;
  request_id: string;
  traceparent: string;
  payload: object;
}

/** Publishes one row's message; resolves once it has arrived, rejects to have it retried. */
export type Publish<M = Envelope> = (message: M) => Promise<void>;

/** Options of the relay. */
export abstract class OutboxOptions {
  abstract readonly destinations: { topic?: Publish; cache?: Publish<Notice> };
  /** Milliseconds between sweeps for rows whose trigger was lost; default 1000. */
  abstract readonly sweepMs?: number;
  /** `elsewhere`: this process only appends, and another one relays; default `here`. */
  abstract readonly relayed?: 'here' | 'elsewhere';
}
