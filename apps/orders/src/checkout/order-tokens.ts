import { createHmac } from 'node:crypto';
import { guestTokenHash } from '@app/auth';
import type { Tx } from '@app/database';
import { FingerprintKey } from '@app/idempotency';
import { emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { GuestOrdersRepository } from '../orders/guest-orders.repository.js';
import type { Order } from '../orders/order.entity.js';

/**
 * The tokens by which guests follow their orders. Each is made of the order's ref with a secret of the stage, so that a
 * checkout that is repeated after a lost answer gives it again, although nobody has stored it.
 */
@Injectable()
export class OrderTokens {
  constructor(
    private readonly key: FingerprintKey,
    private readonly guestOrders: GuestOrdersRepository,
  ) {}

  of(orderRef: string): string {
    return `order.${createHmac('sha256', this.key.value).update(`order-token:${orderRef}`).digest('base64url')}`;
  }

  /** Lets the token of a new order be known by its hash, and its mailbox's owner claim it. */
  async admit(tx: Tx, { orderId, orderRef, customerEmail }: Order): Promise<void> {
    const tokenHash = guestTokenHash(this.of(orderRef));
    await this.guestOrders.add(tx, { orderId, tokenHash, emailKey: emailKey(customerEmail) });
  }
}
