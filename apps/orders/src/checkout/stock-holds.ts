import { inBackground } from '@app/async';
import { currentContext, runWithContext } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { InventoryClient, type RequestedLine, type Reservation } from '../stock/inventory.client.js';
import { SettlementService } from '../orders/settlement.service.js';

/** The stock that orders being placed hold. */
@Injectable()
export class StockHolds {
  private readonly logger = new Logger('StockHolds');

  constructor(
    private readonly settlement: SettlementService,
    private readonly inventory: InventoryClient,
  ) {}

  /** All lines or none; repeating it under the same ref changes nothing. */
  reserve(orderRef: string, lines: readonly RequestedLine[]): Promise<Reservation> {
    return this.inventory.reserve(orderRef, lines);
  }

  /**
   * Returns the stock that a failed attempt reserved. Runs after the response, best effort; if it fails, the hold expires
   * on its own. It settles the ref first, since a commit that reported an error may have succeeded, or may still succeed.
   */
  abandon(orderRef: string): void {
    const context = { ...currentContext(), deadline: undefined };
    const work = runWithContext(context, () => this.returnStock(orderRef)).catch((error: unknown) =>
      this.logger.warn(`The stock of order ${orderRef} stays held for now: ${String(error)}`),
    );
    void inBackground(work);
  }

  private async returnStock(orderRef: string): Promise<void> {
    const { outcome } = await this.settlement.settle(orderRef);
    if (outcome === 'abandoned') await this.inventory.release(orderRef);
  }
}
