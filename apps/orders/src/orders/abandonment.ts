import { currentContext, inBackground, runWithContext } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { InventoryClient } from '../stock/inventory.client.js';
import { SettlementService } from './settlement.service.js';

/** Returns at once the stock that a failed attempt reserved; otherwise it stays held for minutes. */
@Injectable()
export class Abandonment {
  private readonly logger = new Logger('Abandonment');

  constructor(
    private readonly settlement: SettlementService,
    private readonly inventory: InventoryClient,
  ) {}

  /**
   * Runs after the response, best effort; if it fails, the hold expires on its own. It settles the ref first, since a
   * commit that reported an error may have succeeded, or may still succeed.
   */
  start(orderRef: string): void {
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
