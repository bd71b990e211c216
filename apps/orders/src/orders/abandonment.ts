import { currentContext, inBackground, runWithContext } from '@app/kernel';
import { Injectable, Logger } from '@nestjs/common';
import { InventoryClient } from '../stock/inventory.client.js';
import { SettlementService } from './settlement.service.js';

/** Gives back at once what a failed attempt has reserved, where its hold would keep it from others for minutes. */
@Injectable()
export class Abandonment {
  private readonly logger = new Logger('Abandonment');

  constructor(
    private readonly settlement: SettlementService,
    private readonly inventory: InventoryClient,
  ) {}

  /**
   * Goes on behind the answer, and at best: what it does not reach, the end of the hold does. The ref is settled first,
   * since a commit that was not answered may have happened, or may happen yet.
   */
  begin(orderRef: string): void {
    const context = { ...currentContext(), deadline: undefined };
    const work = runWithContext(context, () => this.giveBack(orderRef)).catch((error: unknown) =>
      this.logger.warn(`The stock of order ${orderRef} stays held for now: ${String(error)}`),
    );
    void inBackground(work);
  }

  private async giveBack(orderRef: string): Promise<void> {
    const { outcome } = await this.settlement.settle(orderRef);
    if (outcome === 'abandoned') await this.inventory.release(orderRef);
  }
}
