import { backoff, sleep } from '@app/async';
import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange } from '../cache/invalidations.js';
import type { StockChange } from '../stock/inventory.repository.js';
import { StockLedger, StockRefusedError } from '../stock/stock-ledger.js';
import { ProductsSettings } from '../products.settings.js';
import { type BasketLine, matchOffers, mergeLines, type Offer } from './basket.js';
import { reservationEnded, stockKeepsMoving } from './reservations.errors.js';
import type { ReservationLine } from './reservation-line.entity.js';
import { ReservationsRepository } from './reservations.repository.js';

const MOVING_STOCK_ATTEMPTS = 4;

/** The reserved products. */
export interface Snapshot {
  currency: string;
  /** Prices are in minor units. */
  items: readonly Omit<Offer, 'available'>[];
}

interface Held {
  held: Offer[];
  change: RecordedChange;
}

@Injectable()
export class ReservationsService {
  constructor(
    private readonly database: Database,
    private readonly reservations: ReservationsRepository,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly clock: Clock,
    private readonly settings: ProductsSettings,
  ) {}

  /**
   * Holds stock for an order, all lines or none, and returns the prices. Repeating it with the same order_ref changes
   * nothing and returns the same; once that reservation has ended it is refused.
   */
  async reserve(orderRef: string, requested: readonly BasketLine[]): Promise<Snapshot> {
    const lines = mergeLines(requested);
    const { currency } = this.settings;
    try {
      const { held, change } = await this.holdWhileStockMoves(orderRef, lines);
      await this.invalidations.carryOut(change);
      return { currency, items: held };
    } catch (error) {
      if (!this.reservations.isRepeat(error)) throw error;
      if ((await this.reservations.statusOf(orderRef)) === 'released') throw reservationEnded();
    }
    const known = await this.reservations.lines(orderRef);
    return { currency, items: known.map(offered) };
  }

  /** Retries everything if stock was missing at the UPDATE but is back a moment later. */
  private async holdWhileStockMoves(orderRef: string, lines: readonly BasketLine[]): Promise<Held> {
    for (let attempt = 0; attempt < MOVING_STOCK_ATTEMPTS; attempt++) {
      try {
        return await this.database.transaction((tx) => this.hold(tx, orderRef, lines));
      } catch (error) {
        if (!(error instanceof StockRefusedError)) throw error;
        await sleep(backoff(attempt, { base: 5, max: 50 }));
      }
    }
    throw stockKeepsMoving();
  }

  private async hold(tx: Tx, orderRef: string, lines: readonly BasketLine[]): Promise<Held> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.settings.reservationHoldMs);
    await this.reservations.insert(tx, orderRef, 'held', expiresAt, now);
    const matched = matchOffers(lines, await this.offersFor(tx, lines), this.settings.currency);
    await this.reservations.insertLines(tx, orderRef, matched);
    const changes = lines.map(({ product_id, quantity }) => ({ product_id, stock_delta: 0, reserved_delta: quantity }));
    try {
      const change = await this.ledger.apply(tx, changes, { reason: 'order reserved', order_ref: orderRef });
      return { held: matched, change };
    } catch (error) {
      if (error instanceof StockRefusedError) await this.explainRefusal(tx, error.refused);
      throw error;
    }
  }

  /**
   * Throws the reason of a refusal: since the offers were read, the stock was taken or the product archived. Returns if
   * the offers look sufficient again.
   */
  private async explainRefusal(tx: Tx, refused: readonly StockChange[]): Promise<void> {
    const lines = refused.map(({ product_id, reserved_delta }) => ({ product_id, quantity: reserved_delta }));
    matchOffers(lines, await this.offersFor(tx, lines), this.settings.currency);
  }

  private offersFor(tx: Tx, lines: readonly BasketLine[]): Promise<Offer[]> {
    return this.reservations.offers(
      tx,
      lines.map(({ product_id }) => product_id),
    );
  }
}

/** The offer that a line was reserved by. */
function offered(line: ReservationLine): Omit<Offer, 'available'> {
  const { productId: product_id, sku, name, price, weightGrams: weight_grams, taxCategory: tax_category } = line;
  return { product_id, sku, name, price, weight_grams, tax_category };
}
