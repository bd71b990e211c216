import type { Settings } from './settings.js';
import type { Store } from './store.js';

/** What all calls share. */
export interface Desk {
  store: Store;
  settings: Settings;
  /** Milliseconds since 1970. */
  now: () => number;
  /** From 0 to 1, for the faults. */
  random: () => number;
}

/** The request that caused a change; without an id if time did. */
export interface Origin {
  id: string | null;
  idempotency_key: string | null;
}
