import { randomUUID } from 'node:crypto';
import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { type Claim, Claims } from './claims.js';

/** What a service needs to store the response of its request for repetitions; the controller passes it. */
export interface Reply<Result> {
  /** The controller's `@Claimed()` parameter. */
  readonly claim: Claim | undefined;
  /** Makes the response body from the service's result. */
  readonly answer: (result: Result) => unknown;
}

/** How a service uses its request's Idempotency-Key, inside its business transaction. */
@Injectable()
export class Idempotency {
  constructor(private readonly claims: Claims) {}

  /**
   * Stores the response's JSON body in the business transaction, so that the work and its replay are committed
   * together. Does nothing without a key.
   *
   * @param userId the person whose data the response contains; `forget` deletes it.
   * @throws DomainError `idempotency-key-in-use` when another request has taken over the key: roll back.
   */
  async commit(tx: Tx, claim: Claim | undefined, body: unknown, userId?: number): Promise<void> {
    if (claim) await this.claims.commit(tx, claim, { body, subject: userId === undefined ? null : subjectOf(userId) });
  }

  /** Frees the key of a request that found everything done: it has no effect to be kept from happening twice. */
  leaveUnused(claim: Claim | undefined): void {
    if (claim) claim.unused = true;
  }

  /** Deletes all stored responses with data of this person; a repeated request then runs again. */
  async forget(userId: number, tx?: Tx): Promise<void> {
    await this.claims.forget(subjectOf(userId), tx);
  }

  /** Returns a UUID that stays the same when a crashed request is repeated under its key; a new one without a key. */
  reference(claim: Claim | undefined): string {
    return claim?.reference ?? randomUUID();
  }

  /**
   * Keeps the reference if this request fails, for work that goes on under it: the next request with the same key and
   * body, and no other body, gets the same reference.
   */
  keepReference(claim: Claim | undefined): void {
    if (claim) claim.keepsReference = true;
  }
}

const subjectOf = (userId: number) => `user:${userId}`;
