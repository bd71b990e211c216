/** Tells which users' sessions have ended (new password, erasure), so that older access tokens are rejected. */
export abstract class EndedSessions {
  /** Epoch seconds; tokens issued to this user before then are rejected. Undefined: none are. */
  abstract notBefore(userId: number): Promise<number | undefined>;
}
