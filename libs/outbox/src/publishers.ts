import type { Envelope } from '@app/events';

/** Where a row goes: to the platform's topic, or to this service's own cache as an invalidation. */
export type Destination = 'topic' | 'cache';

/** A note of a service to itself, such as an invalidation: no event, and nothing anybody subscribes to. */
export interface Notice {
  /** UUID. */
  event_id: string;
  event_type: string;
  request_id: string;
  traceparent: string;
  payload: object;
}

/** Takes one row's message to its destination; resolves once it has arrived, rejects to have it tried again. */
export type Publish<M = Envelope> = (message: M) => Promise<void>;

/** What the relay needs to know. */
export abstract class OutboxOptions {
  abstract readonly destinations: { topic?: Publish; cache?: Publish<Notice> };
  /** Pause between sweeps for rows that nobody kicked; default 1 s. */
  abstract readonly sweepMs?: number;
  /** `elsewhere`: this process only appends, and another one relays; default here. */
  abstract readonly relayed?: 'here' | 'elsewhere';
}
