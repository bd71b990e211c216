import { type Caller, Clock, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { RequestedLine } from '../stock/inventory.client.js';
import { unpaidLimit } from './orders.errors.js';
import { OrdersRepository } from './orders.repository.js';

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
    private readonly orders: OrdersRepository,
    private readonly settings: UnpaidSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Staff may order without this bound. It is looked at before the order is stored, so orders of one moment may pass it
   * together.
   *
   * @throws DomainError `unpaid-limit`
   */
  async check(caller: Caller, lines: readonly RequestedLine[]): Promise<void> {
    const { maxPieces, ttlMs } = this.settings;
    if (maxPieces === 0 || hasRole(caller, 'staff')) return;
    const requested = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const since = new Date(ttlMs === 0 ? 0 : this.clock.now().getTime() - LATE * ttlMs);
    const unpaid = await this.orders.unpaidPieces(caller.user_id, since);
    if (unpaid + requested > maxPieces) throw unpaidLimit({ unpaid, requested, max: maxPieces });
  }
}
