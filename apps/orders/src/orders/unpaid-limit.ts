import type { Tx } from '@app/database';
import { type Caller, Clock, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RequestedLine } from '../stock/inventory.client.js';
import { unpaidLimit } from './orders.errors.js';
import { UnpaidPiecesRepository } from './unpaid-pieces.repository.js';

/** The settings of this stage; a class, so that it is its own injection token. */
export abstract class UnpaidSettings {
  /** Pieces that a customer's unpaid orders may hold together; 0 sets no bound. */
  abstract readonly maxPieces: number;
  /** After this many milliseconds an unpaid order is cancelled; 0 is never. */
  abstract readonly ttlMs: number;
  /** After this many milliseconds already, where the customer has not verified the address; 0 makes no difference. */
  abstract readonly unverifiedTtlMs: number;
}

/** A sweep that is late has not yet cancelled what is older than it may be. */
const LATE = 2;

/** What is held for one customer who has not paid yet is bounded, so that nobody takes all stock off the market for nothing. */
@Injectable()
export class UnpaidBound {
  constructor(
    private readonly pieces: UnpaidPiecesRepository,
    private readonly settings: UnpaidSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Refuses most of what is too much before anything is reserved for it. Orders of one moment may pass together: `admit`
   * decides between them.
   *
   * @throws DomainError `unpaid-limit`
   */
  async check(caller: Caller, lines: readonly RequestedLine[]): Promise<void> {
    await this.assert(caller, lines, (since) => this.pieces.count(caller.user_id, since));
  }

  /**
   * Decides in the order's transaction, before the order is stored; the customer's other orders wait until it ends.
   *
   * @throws DomainError `unpaid-limit`
   */
  async admit(tx: Tx, caller: Caller, lines: readonly RequestedLine[]): Promise<void> {
    await this.assert(caller, lines, (since) => this.pieces.countAlone(tx, caller.user_id, since));
  }

  /** Staff may order without this bound. */
  private async assert(
    caller: Caller,
    lines: readonly RequestedLine[],
    count: (since: Date) => Promise<number>,
  ): Promise<void> {
    const { maxPieces, ttlMs } = this.settings;
    if (maxPieces === 0 || hasRole(caller, 'staff')) return;
    const requested = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const since = new Date(ttlMs === 0 ? 0 : this.clock.now().getTime() - LATE * ttlMs);
    const unpaid = await count(since);
    if (unpaid + requested > maxPieces) throw unpaidLimit({ unpaid, requested, max: maxPieces });
  }
}
