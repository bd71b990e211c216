import type { Envelope } from '@app/events';

/** Where a row goes: to the platform's topic, or to this service's own cache as an invalidation. */
export type Destination = 'topic' | 'cache';

/** Takes one envelope to its destination; resolves once it has arrived, rejects to have it tried again. */
export type Publish = (envelope: Envelope) => Promise<void>;

/** What the relay needs to know. */
export abstract class OutboxOptions {
  abstract readonly destinations: Partial<Record<Destination, Publish>>;
  /** Pause between sweeps for rows that nobody kicked; default 1 s. */
  abstract readonly sweepMs?: number;
  /** `elsewhere`: this process only appends, and another one relays; default here. */
  abstract readonly relayed?: 'here' | 'elsewhere';
}
