import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { OrderRefDto, ReserveDto } from './dto/reserve.dto.js';
import { type SnapshotResponse, toSnapshotResponse } from './dto/snapshot-response.dto.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationsService } from './reservations.service.js';

/** The commands that the orders service sends. */
@Controller()
export class ReservationCommandsController {
  constructor(
    private readonly reservations: ReservationsService,
    private readonly lifecycle: ReservationLifecycleService,
  ) {}

  @MessagePattern('inventory.reserve')
  async reserve(@Payload() { order_ref, items }: ReserveDto): Promise<SnapshotResponse> {
    return toSnapshotResponse(await this.reservations.reserve(order_ref, items));
  }

  @MessagePattern('inventory.release')
  async release(@Payload() { order_ref }: OrderRefDto): Promise<object> {
    await this.lifecycle.release(order_ref);
    return {};
  }
}
