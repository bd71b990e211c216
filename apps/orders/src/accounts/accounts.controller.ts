import { EmailVerifiedPayload, UserDeletedPayload } from '@app/events';
import { SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { CartErasure } from '../carts/cart-erasure.js';
import { OrdersService } from '../orders/orders.service.js';
import { ReturnsService } from '../returns/returns.service.js';

/** Consumes events about accounts. Each handler is safe to run twice for one event. */
@Controller()
export class AccountsController {
  constructor(
    private readonly orders: OrdersService,
    private readonly carts: CartErasure,
    private readonly returns: ReturnsService,
  ) {}

  @EventPattern<string>('user.deleted', SQS)
  async userDeleted(@Payload() event: UserDeletedPayload): Promise<void> {
    await this.carts.eraseCustomer(event.user_id);
    await this.orders.eraseCustomer(event.user_id);
    // Whoever takes a step of a return from now on sees that the order is erased.
    await this.returns.eraseCustomer(event.user_id);
  }

  @EventPattern<string>('user.email-verified', SQS)
  async emailVerified(@Payload() { user_id, email }: EmailVerifiedPayload): Promise<void> {
    await this.orders.markVerified(user_id, email);
  }
}
