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
  get(@Payload() { order_id, user_id }: PayableOrderCommand): Promise<PayableOrder> {
    return this.orders.get(order_id, user_id);
  }
}
