import type { Keyv } from 'keyv';

/** Where cached answers are kept, as a store of cache-manager, and whether it is worth asking. */
export abstract class AnswerStore {
  abstract readonly keyv: Keyv;
  /** False while the store is known to be away: deleting from it would fail as well. */
  abstract readonly reachable: boolean;
  /** False also shortly after a failure, so that a frozen store does not slow down every read. */
  abstract readonly usable: boolean;
  abstract ping(): Promise<void>;
  abstract close(): void;
}
