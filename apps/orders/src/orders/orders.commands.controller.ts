import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { SettleOrderCommand } from './dto/settle-order.command.js';
import type { Outcome } from './order-refs.repository.js';
import { SettlementService } from './settlement.service.js';

@Controller()
export class OrdersCommandsController {
  constructor(private readonly settlement: SettlementService) {}

  @MessagePattern('orders.settle')
  async settle(@Payload() command: SettleOrderCommand): Promise<{ outcome: Outcome }> {
    return { outcome: await this.settlement.settle(command.order_ref) };
  }
}
