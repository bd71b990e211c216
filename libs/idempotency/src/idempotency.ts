import { randomUUID } from 'node:crypto';
import type { Tx } from '@app/database';
import { currentContext } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Claim, Claims } from './claims.js';

/** What a service does about the Idempotency-Key of its request, inside its business transaction. */
@Injectable()
export class Idempotency {
  constructor(private readonly claims: Claims) {}

  /**
   * Stores the answer's JSON body in the business transaction, so that what was done and what is replayed are one. Without
   * a key it does nothing.
   *
   * @param userId the person whose data the answer holds; `forget` erases it.
   * @throws DomainError `idempotency-key-in-use` when another request has taken the key over: roll back.
   */
  async commit(tx: Tx, body: unknown, userId?: number): Promise<void> {
    const claim = currentClaim();
    if (claim) await this.claims.commit(tx, claim, { body, subject: userId === undefined ? null : subjectOf(userId) });
  }

  /** Erases every stored answer that holds data of this person; repeating such a request runs it anew. */
  async forget(userId: number, tx?: Tx): Promise<void> {
    await this.claims.forget(subjectOf(userId), tx);
  }

  /** A UUID that stays the same when a crashed request is repeated under its key; a fresh one without a key. */
  reference(): string {
    return currentClaim()?.reference ?? randomUUID();
  }
}

const subjectOf = (userId: number) => `user:${userId}`;

function currentClaim(): Claim | undefined {
  const { idempotencyClaim } = currentContext();
  return idempotencyClaim instanceof Claim ? idempotencyClaim : undefined;
}
