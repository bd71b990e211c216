import { CurrentCaller, Public, Roles } from '@app/auth';
import {
  IdParam,
  IfMatch,
  pageDto,
  type PageInfo,
  pageRequest,
  pageResponse,
  Problems,
  type RawJson,
  RequestPriority,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, getSchemaPath } from '@nestjs/swagger';
import { CACHE_HEADER, toRawJson } from '../cache/answers.js';
import {
  AvailabilityResponseDto,
  inventoryAnswer,
  InventoryResponseDto,
  toInventoryResponse,
} from './dto/inventory-response.dto.js';
import { MOVEMENT_SORTS, MovementQueryDto } from './dto/movement-query.dto.js';
import { MovementResponseDto, toMovementResponse } from './dto/movement-response.dto.js';
import { UpdateInventoryDto } from './dto/update-inventory.dto.js';
import { InventoryService } from './inventory.service.js';

@Tag(
  'inventory',
  'What lies in the warehouse (`stock_quantity`) and what of it orders hold (`reserved_quantity`); the rest is ' +
    'available. An order reserves stock, its cancellation gives it back, its shipping takes it out of both.',
)
@Controller('products/:product_id/inventory')
export class InventoryController {
  constructor(private readonly inventory: InventoryService) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'Read what is available of a product, for showing; staff see the whole inventory',
    description: 'It may have changed by the time of an order, which alone reserves.',
  })
  @ApiExtraModels(AvailabilityResponseDto)
  @ApiOkResponse({
    schema: { oneOf: [AvailabilityResponseDto, InventoryResponseDto].map((type) => ({ $ref: getSchemaPath(type) })) },
    headers: CACHE_HEADER,
  })
  @Problems('validation-failed', 'not-found')
  async show(@IdParam('product_id') productId: number, @CurrentCaller() caller?: Caller): Promise<RawJson> {
    return toRawJson(await this.inventory.show(productId, inventoryAnswer, caller));
  }

  @Put()
  @Roles('staff')
  @Idempotent()
  @ApiOperation({
    summary: 'Count or adjust the stock, change where it lies and when it is low',
    description:
      'For staff. `stock_quantity` says what was counted, `adjustment` adds or takes away; neither goes below what is ' +
      'reserved. Within 24 hours a repetition with the same `Idempotency-Key` gets the first answer.',
  })
  @ApiOkResponse({ type: InventoryResponseDto })
  @Problems('validation-failed', 'not-found', 'below-reserved', 'precondition-failed')
  async change(
    @IdParam('product_id') productId: number,
    @Body() input: UpdateInventoryDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
    @IfMatch() version?: ExpectedVersions,
  ): Promise<InventoryResponseDto> {
    const reply = { claim, answer: toInventoryResponse };
    return toInventoryResponse(await this.inventory.change(productId, input, caller.user_id, reply, version));
  }

  @Get('movements')
  @RequestPriority('optional')
  @Roles('staff')
  @ApiOperation({
    summary: 'The ledger: every change of stock or reservation, newest first',
    description: 'For staff. Entries are never changed or deleted.',
  })
  @ApiOkResponse({ type: pageDto('movements', MovementResponseDto) })
  @Problems('validation-failed', 'not-found')
  async movements(@IdParam('product_id') productId: number, @Query() query: MovementQueryDto): Promise<PageInfo> {
    const request = pageRequest(query, { sorts: MOVEMENT_SORTS, default: '-at' });
    return pageResponse('movements', await this.inventory.movements(productId, request), request, toMovementResponse);
  }
}
