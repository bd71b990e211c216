/** Knows whose sessions have ended (new password, erasure), so that older access tokens are refused. */
export abstract class EndedSessions {
  /** Epoch seconds: tokens of this user that were issued before it are refused. */
  abstract notBefore(userId: number): Promise<number | undefined>;
}
