import type { Commands } from '@app/messaging';

/** `abandoned`: the orders service has made sure that an order of this ref can no longer be placed. */
export type SettleOutcome = 'placed' | 'abandoned';

/** Asks the orders service. */
export class OrdersClient {
  constructor(private readonly commands: Commands) {}

  async settle(orderRef: string): Promise<SettleOutcome> {
    const { outcome } = await this.commands.ask<{ outcome: SettleOutcome }>(
      'orders.settle',
      { order_ref: orderRef },
      { idempotent: true },
    );
    return outcome;
  }
}
