import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { OffersCommand } from './dto/offers.command.js';
import { type OffersResponse, toOffersResponse } from './dto/offers-response.dto.js';
import { OffersService } from './offers.service.js';

/** The command by which orders learn prices without reserving. */
@Controller()
export class OffersCommandsController {
  constructor(private readonly offers: OffersService) {}

  @MessagePattern('products.offers')
  async get(@Payload() { product_ids, omit_unknown: omitUnknown }: OffersCommand): Promise<OffersResponse> {
    return toOffersResponse(await this.offers.of(product_ids, { omitUnknown }));
  }
}
