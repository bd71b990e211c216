import type { Commands } from '@app/messaging';

/** `abandoned`: the orders service guarantees that no order can be placed under this ref any more. */
export type SettleOutcome = 'placed' | 'abandoned';

/** Sends commands to the orders service. */
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
