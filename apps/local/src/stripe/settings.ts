/** Faults as switches; shares from 0 to 1. */
export interface Faults {
  /** Of the answers: the work is done, and the connection is cut instead of an answer. */
  lose_answers: number;
  /** Of the events: never delivered. Lists still have them. */
  drop_events: number;
  /** Of the events: delivered twice, and once more as a second event of the same change. */
  duplicate_events: number;
  /** Of the events: held back for up to two seconds, so that others overtake them. */
  shuffle_events: number;
  delay_events_ms: number;
  /** Between the work and its answer, while the idempotency key is in use. */
  delay_answers_ms: number;
  /** The status of every answer, without any work; 0 for none. */
  refuse_with: number;
}

/** The longest time that can be set, in milliseconds: an hour. */
export const MOST_MS = 3_600_000;

/** What can be changed while the wire runs. */
export interface Settings {
  /** All that are accepted: during a rotation two. */
  secret_keys: string[];
  /** Each signs every event. */
  webhook_secrets: string[];
  /** Where events are delivered; null for nowhere. */
  webhook_url: string | null;
  /** How long a refund takes that does not end at once. */
  settle_refunds_ms: number;
  faults: Faults;
}

export const NO_FAULTS: Readonly<Faults> = {
  lose_answers: 0,
  drop_events: 0,
  duplicate_events: 0,
  shuffle_events: 0,
  delay_events_ms: 0,
  delay_answers_ms: 0,
  refuse_with: 0,
};
