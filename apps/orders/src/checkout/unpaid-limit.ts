import type { Tx } from '@app/database';
import { type Caller, Clock, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RequestedLine } from '../stock/inventory.client.js';
import { unpaidLimit } from '../orders/orders.errors.js';
import { UnpaidPiecesRepository } from './unpaid-pieces.repository.js';

/** The settings of this stage; a class, so that it is its own injection token. */
export abstract class UnpaidSettings {
  /** Pieces that a customer's unpaid orders may hold together; 0 means no limit. */
  abstract readonly maxPieces: number;
  /** Milliseconds after which an unpaid order is cancelled; 0 means never. */
  abstract readonly ttlMs: number;
  /** The same for customers who have not verified the address, if shorter; 0 means no difference. */
  abstract readonly unverifiedTtlMs: number;
}

/** Whose unpaid orders count together: a user's, or those for the same mailbox of guests. */
export type Holder = Caller | { emailKey: string };

/** Orders count up to twice their lifetime, since a late sweep may not have cancelled them yet. */
const LATE_SWEEP_FACTOR = 2;

/** Limits the stock held for one customer's unpaid orders, so that nobody can block all stock for free. */
@Injectable()
export class UnpaidLimit {
  constructor(
    private readonly pieces: UnpaidPiecesRepository,
    private readonly settings: UnpaidSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Refuses most orders over the limit before stock is reserved. Concurrent orders may pass together: `admit` decides
   * between them.
   *
   * @throws DomainError `unpaid-limit`
   */
  async check(holder: Holder, lines: readonly RequestedLine[]): Promise<void> {
    await this.assert(holder, lines, (since) => this.pieces.count(holder, since));
  }

  /**
   * Decides in the order's transaction, before the order is stored; the customer's other orders wait until then.
   *
   * @throws DomainError `unpaid-limit`
   */
  async admit(tx: Tx, holder: Holder, lines: readonly RequestedLine[]): Promise<void> {
    await this.assert(holder, lines, (since) => this.pieces.countLocked(tx, holder, since));
  }

  /** Does not limit staff. */
  private async assert(
    holder: Holder,
    lines: readonly RequestedLine[],
    count: (since: Date) => Promise<number>,
  ): Promise<void> {
    const { maxPieces, ttlMs } = this.settings;
    if (maxPieces === 0 || ('role' in holder && hasRole(holder, 'staff'))) return;
    const requested = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const since = new Date(ttlMs === 0 ? 0 : this.clock.now().getTime() - LATE_SWEEP_FACTOR * ttlMs);
    const unpaid = await count(since);
    if (unpaid + requested > maxPieces) throw unpaidLimit({ unpaid, requested, max: maxPieces });
  }
}
