import { Keyv } from 'keyv';
import { AnswerStore } from './answer-store.js';
import { BoundedMap } from './bounded-map.js';

/** Some tens of megabytes of lists at most. */
const MAX_ANSWERS = 5_000;

/** This process's own memory, for a service that runs alone. */
export class MemoryStore extends AnswerStore {
  override readonly keyv = new Keyv({ store: new BoundedMap(MAX_ANSWERS) });
  override readonly reachable = true;
  override readonly usable = true;

  constructor() {
    super();
    // What stays in the process needs no serialising.
    this.keyv.serialize = undefined;
    this.keyv.deserialize = undefined;
  }

  override async ping(): Promise<void> {}

  override close(): void {}
}
