import { Database } from '@app/database';
import { type Caller, Clock, emailKey } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { CustomersClient } from '../customers/customers.client.js';
import { GuestOrdersRepository } from '../orders/guest-orders.repository.js';
import { OrderEvents } from '../orders/order-events.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { noSuchUser } from '../orders/orders.errors.js';
import { emailNotVerified } from './accounts.errors.js';

const BATCH = 100;

/** Gives customers what they ordered before they had an account, or without signing in. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly database: Database,
    private readonly customers: CustomersClient,
    private readonly guestOrders: GuestOrdersRepository,
    private readonly orders: OrdersRepository,
    private readonly events: OrderEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives the caller all orders that guests have placed with the caller's verified address, or none. Their tokens stay
   * valid. Returns how many.
   *
   * @throws DomainError `not-found` for somebody else, `email-not-verified`
   */
  async claim(userId: number, caller: Caller): Promise<number> {
    if (userId !== caller.user_id) throw noSuchUser();
    const { email, email_verified } = await this.customers.get(userId);
    if (email_verified !== true) throw emailNotVerified();
    return this.database.transaction(async (tx) => {
      const orderIds = await this.guestOrders.lockUnclaimed(tx, emailKey(email));
      for (let from = 0; from < orderIds.length; from += BATCH) {
        const batch = orderIds.slice(from, from + BATCH);
        await this.guestOrders.assign(tx, batch, { userId, at: this.clock.now() });
        for (const order of await this.orders.findByIds(batch, tx))
          await this.events.append(tx, this.events.claimed(order));
      }
      return orderIds.length;
    });
  }
}
