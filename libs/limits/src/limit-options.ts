/** How much one address and one person may ask for in a minute. */
export interface LimitOptions {
  /** Writes and private reads from one address (an IPv6 client is its /64). */
  perAddress: number;
  /** Writes and private reads of one signed-in person, wherever they come from. */
  perUser: number;
  /** Where all instances count together; without it each counts for itself. */
  redisUrl?: string | undefined;
}

/** The window in which requests are counted. */
export const WINDOW_MS = 60_000;
