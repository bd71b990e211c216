import { EmailVerifiedPayload, UserDeletedPayload } from '@app/events';
import { SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { OrdersService } from '../orders/orders.service.js';

/** What the users service tells us about accounts. A handler may run twice for one event without harm. */
@Controller()
export class AccountsController {
  constructor(private readonly orders: OrdersService) {}

  @EventPattern<string>('user.deleted', SQS)
  async userDeleted(@Payload() event: UserDeletedPayload): Promise<void> {
    await this.orders.eraseCustomer(event.user_id);
  }

  @EventPattern<string>('user.email-verified', SQS)
  async emailVerified(@Payload() { user_id, email }: EmailVerifiedPayload): Promise<void> {
    await this.orders.noteVerified(user_id, email);
  }
}
