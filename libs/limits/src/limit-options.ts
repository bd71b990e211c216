/** Requests per minute for one address and one user. */
export interface LimitOptions {
  /** Writes and private reads of one address (an IPv6 client is its /64). */
  perAddress: number;
  /** Writes and private reads of one signed-in user, or of one guest's cart or order, from any address. */
  perUser: number;
  /** Shared counters of all instances; without it each instance counts for itself. */
  redisUrl?: string | undefined;
}

/** Milliseconds. */
export const WINDOW_MS = 60_000;
