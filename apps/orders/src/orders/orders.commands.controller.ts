import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { SettleOrderCommand } from './dto/settle-order.command.js';
import { type Settlement, SettlementService } from './settlement.service.js';

/** The commands that other services send. */
@Controller()
export class OrdersCommandsController {
  constructor(private readonly settlement: SettlementService) {}

  @MessagePattern('orders.settle')
  settle(@Payload() { order_ref }: SettleOrderCommand): Promise<Settlement> {
    return this.settlement.settle(order_ref);
  }
}
