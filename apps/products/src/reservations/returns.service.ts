import { Database } from '@app/database';
import { Inbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { Invalidations, type RecordedChange, UNCHANGED } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { mergeLines } from './basket.js';
import type { PartFact } from './reservation-parts.service.js';

/** Puts returned pieces back into the stock, also of products that are no longer sold. Needs no reservation. */
@Injectable()
export class ReturnsService {
  constructor(
    private readonly database: Database,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly inbox: Inbox,
  ) {}

  /** `pieces` are those to restock; of some there may be none. A return restocks once, by whichever event. */
  async received({ event_id, order_ref, part_ref, pieces }: PartFact): Promise<void> {
    const restocked = mergeLines(pieces.filter(({ quantity }) => quantity > 0));
    const changes = restocked.map(({ product_id, quantity }) => ({
      product_id,
      stock_delta: quantity,
      reserved_delta: 0,
    }));
    const change = await this.database.transaction(async (tx): Promise<RecordedChange> => {
      if (!(await this.inbox.once(tx, event_id)) || changes.length === 0) return UNCHANGED;
      try {
        return await this.ledger.apply(tx, changes, { reason: 'return restocked', order_ref, part_ref });
      } catch (error) {
        // The movements are the first that apply writes.
        if (this.ledger.isRepeat(error)) return UNCHANGED;
        throw error;
      }
    });
    await this.invalidations.carryOut(change);
  }
}
