import { CurrentVisitor, Guests, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  Location,
  OptionalBody,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  RequestPriority,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Visitor } from '@app/kernel';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CancellationsService } from './cancellations.service.js';
import {
  CancellationListDto,
  CancellationResponseDto,
  CancelPiecesDto,
  toCancellationResponse,
} from './dto/cancellation.dto.js';
import { ListPartsQueryDto, PART_SORTS } from './dto/shipment-response.dto.js';

@ApiTags('shipments')
@Controller('orders/:order_id/cancellations')
export class CancellationsController {
  constructor(private readonly cancellations: CancellationsService) {}

  @Post()
  @Roles('customer')
  @Guests('order')
  @Idempotent()
  @OptionalBody()
  @ApiBody({ type: CancelPiecesDto, required: false })
  @RequestPriority('critical')
  @Example({
    path: { order_id: 4 },
    body: { items: [{ order_item_id: 4, quantity: 1 }], reason: 'Out of stock' },
  })
  @Location((cancellation: CancellationResponseDto) => `/orders/${cancellation.order_id}/cancellations`)
  @ApiOperation({
    summary: 'Cancel an order, or a part of it',
    description:
      'Staff cancel whatever is open. Customers and guests cancel their own order as a whole until it is paid. The stock is ' +
      'free again, and what was paid for the pieces goes back.',
  })
  @ApiCreatedResponse({ type: CancellationResponseDto })
  @Problems('forbidden', 'invalid-transition', 'quantity-exceeds-open')
  async create(
    @IdParam('order_id') orderId: number,
    @Body() body: CancelPiecesDto,
    @CurrentVisitor() visitor: Visitor,
    @Claimed() claim?: Claim,
  ): Promise<CancellationResponseDto> {
    const reply = { claim, answer: toCancellationResponse };
    return toCancellationResponse(await this.cancellations.create(orderId, body, visitor, reply));
  }

  @Get()
  @Roles('customer')
  @Guests('order')
  @Example({ path: { order_id: 4 } })
  @ApiOperation({
    summary: 'List an order’s cancellations',
    description: 'For its customer, a guest with its token, and for staff. Oldest first, unless `sort` says otherwise.',
  })
  @ApiOkResponse({ type: CancellationListDto })
  async list(
    @IdParam('order_id') orderId: number,
    @Query() query: ListPartsQueryDto,
    @CurrentVisitor() visitor: Visitor,
  ): Promise<PageBody<'cancellations', CancellationResponseDto>> {
    const request = pageRequest(query, PART_SORTS);
    const { order, ...page } = await this.cancellations.listOf(orderId, request, visitor);
    return pageResponse('cancellations', page, request, (cancellation) =>
      toCancellationResponse({ order, cancellation }),
    );
  }
}
