import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { PayableOrderCommand } from './dto/payable-order.command.js';
import type { PayableOrder } from './payable-order.js';
import { PayableOrdersService } from './payable-orders.service.js';

/** The commands that payments sends. */
@Controller()
export class PayableOrdersCommandsController {
  constructor(private readonly orders: PayableOrdersService) {}

  @MessagePattern('orders.payable')
  get(@Payload() { order_id, user_id, token_hash }: PayableOrderCommand): Promise<PayableOrder> {
    const owner = { ...(user_id !== undefined && { user_id }), ...(token_hash !== undefined && { token_hash }) };
    return this.orders.get(order_id, Object.keys(owner).length > 0 ? owner : undefined);
  }
}
