import type { Desk, Origin } from './desk.js';
import { recordEvent } from './event-log.js';
import type { Form } from './form.js';
import type { Kinds, StripeObject } from './objects.js';
import { read, type Readers } from './params.js';
import { missing } from './stripe-error.js';

/** What a request gives. */
export interface Given {
  /** The id in the path. */
  id: string;
  form: Form;
}

const BY_TIME: Origin = { id: null, idempotency_key: null };

/** One request, or a change that time brings, and what it may use. It runs in a transaction of the store. */
export class Call {
  /** Unix seconds. */
  readonly now: number;

  constructor(
    readonly desk: Desk,
    private readonly origin: Origin = BY_TIME,
    private readonly given: Given = { id: '', form: {} },
  ) {
    this.now = Math.floor(desk.now() / 1_000);
  }

  /** The parameters; @throws StripeError for a wrong, missing or unknown one. */
  read<R extends Readers>(readers: R) {
    return read(this.given.form, readers);
  }

  /** The object of the path; @throws StripeError 404. */
  subject<K extends keyof Kinds>(kind: K, param = 'id'): Kinds[K] {
    const found = this.desk.store.find(kind, this.given.id);
    if (!found) throw missing(kind, this.given.id, param, 404);
    return found;
  }

  /** An object that a parameter names; @throws StripeError 400. */
  named<K extends keyof Kinds>(kind: K, id: string, param: string): Kinds[K] {
    const found = this.desk.store.find(kind, id);
    if (!found) throw missing(kind, id, param);
    return found;
  }

  /** Stores an object and records the events of its change. */
  save<T extends StripeObject>(object: T, ...events: string[]): T {
    this.desk.store.put(object);
    for (const type of events) recordEvent(this.desk, this.origin, type, object);
    return object;
  }
}
