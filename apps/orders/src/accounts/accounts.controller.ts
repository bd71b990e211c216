import { SessionsEndedPayload, UserDeletedPayload } from '@app/events';
import { SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { OrdersService } from '../orders/orders.service.js';
import { EndedSessionsService } from '../sessions/ended-sessions.service.js';

/** What the users service tells us about accounts. Both handlers may run twice for one event without harm. */
@Controller()
export class AccountsController {
  constructor(
    private readonly orders: OrdersService,
    private readonly sessions: EndedSessionsService,
  ) {}

  @EventPattern<string>('user.deleted', SQS)
  async userDeleted(@Payload() event: UserDeletedPayload): Promise<void> {
    await this.orders.eraseCustomer(event.user_id);
  }

  @EventPattern<string>('user.sessions-ended', SQS)
  async sessionsEnded(@Payload() event: SessionsEndedPayload): Promise<void> {
    await this.sessions.end(event.user_id, new Date(event.not_before));
  }
}
