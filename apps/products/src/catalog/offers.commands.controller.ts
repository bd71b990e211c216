import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type SnapshotResponse, toSnapshotResponse } from '../reservations/dto/snapshot-response.dto.js';
import { OffersCommand } from './dto/offers.command.js';
import { OffersService } from './offers.service.js';

/** The command by which orders learn prices without reserving. */
@Controller()
export class OffersCommandsController {
  constructor(private readonly offers: OffersService) {}

  @MessagePattern('products.offers')
  async get(@Payload() { product_ids }: OffersCommand): Promise<SnapshotResponse> {
    return toSnapshotResponse(await this.offers.of(product_ids));
  }
}
