import { CurrentCaller, CurrentVisitor, Guests, Roles } from '@app/auth';
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
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, Visitor } from '@app/kernel';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  CreateReturnDto,
  ListOrderReturnsQueryDto,
  ListReturnsQueryDto,
  ReceiveReturnDto,
  RejectReturnDto,
  RETURN_SORTS,
  SettleReturnDto,
} from './dto/return-request.dto.js';
import { ReturnListDto, ReturnResponseDto, toReturnResponse } from './dto/return-response.dto.js';
import { ReturnsService } from './returns.service.js';

@Tag(
  'returns',
  'What a customer sends back: `requested`, then `approved` or `rejected`, `received` and `settled`. What arrives is worth ' +
    'what was paid for it, and staff decide at the end what of it goes back; it is refunded through the payments.',
)
@Controller()
export class ReturnsController {
  constructor(private readonly returns: ReturnsService) {}

  @Post('orders/:order_id/returns')
  @Roles('customer')
  @Guests('order')
  @Idempotent()
  @RequestPriority('critical')
  @Example({ path: { order_id: 3 }, body: { items: [{ order_item_id: 3, quantity: 1, reason: 'Too small' }] } })
  @Location(({ return_id }: ReturnResponseDto) => `/returns/${return_id}`)
  @ApiOperation({
    summary: 'Ask to send pieces back',
    description:
      'For its customer, or a guest with its token, within 14 days of the delivery (of the shipment where nobody noted it) ' +
      'unless the stage says otherwise; staff always.',
  })
  @ApiCreatedResponse({ type: ReturnResponseDto })
  @Problems('quantity-not-returnable', 'return-window-over')
  async request(
    @IdParam('order_id') orderId: number,
    @Body() { items }: CreateReturnDto,
    @CurrentVisitor() visitor: Visitor,
    @Claimed() claim?: Claim,
  ): Promise<ReturnResponseDto> {
    const answer = toReturnResponse(visitor.caller);
    return answer(await this.returns.request(orderId, items, visitor, { claim, answer }));
  }

  @Get('orders/:order_id/returns')
  @Roles('customer')
  @Guests('order')
  @Example({ path: { order_id: 3 } })
  @ApiOperation({
    summary: 'List an order’s returns',
    description: 'For its customer, a guest with its token, and for staff. Newest first, unless `sort` says otherwise.',
  })
  @ApiOkResponse({ type: ReturnListDto })
  async listOf(
    @IdParam('order_id') orderId: number,
    @Query() query: ListOrderReturnsQueryDto,
    @CurrentVisitor() visitor: Visitor,
  ): Promise<PageBody<'returns', ReturnResponseDto>> {
    const request = pageRequest(query, RETURN_SORTS);
    const page = await this.returns.listOf(orderId, request, visitor);
    return pageResponse('returns', page, request, toReturnResponse(visitor.caller));
  }

  @Get('returns')
  @Roles('staff')
  @ApiOperation({
    summary: 'List all returns',
    description: 'For staff. Newest first, unless `sort` says otherwise; follow `next_cursor` for the rest.',
  })
  @ApiOkResponse({ type: ReturnListDto })
  async list(
    @Query() query: ListReturnsQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'returns', ReturnResponseDto>> {
    const request = pageRequest(query, RETURN_SORTS);
    return pageResponse('returns', await this.returns.list(query, request), request, toReturnResponse(caller));
  }

  @Get('returns/:return_id')
  @Roles('customer')
  @Guests('order')
  @ApiOperation({
    summary: 'Read a return',
    description: 'Customers read those of their own orders, guests of the order whose token they have, staff read all.',
  })
  @ApiOkResponse({ type: ReturnResponseDto })
  async get(@IdParam('return_id') returnId: number, @CurrentVisitor() visitor: Visitor): Promise<ReturnResponseDto> {
    return toReturnResponse(visitor.caller)(await this.returns.get(returnId, visitor));
  }

  @Post('returns/:return_id/approve')
  @Roles('staff')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve a return', description: 'For staff. The customer is asked to send the pieces.' })
  @ApiOkResponse({ type: ReturnResponseDto })
  @Problems('invalid-transition', 'version-conflict')
  async approve(@IdParam('return_id') returnId: number, @CurrentCaller() caller: Caller): Promise<ReturnResponseDto> {
    return toReturnResponse(caller)(await this.returns.approve(returnId, caller));
  }

  @Post('returns/:return_id/reject')
  @Roles('staff')
  @HttpCode(200)
  @Example({ path: { return_id: 2 }, body: { reason: 'It was worn.' } })
  @ApiOperation({ summary: 'Reject a return', description: 'For staff. The customer is told why.' })
  @ApiOkResponse({ type: ReturnResponseDto })
  @Problems('invalid-transition', 'version-conflict')
  async reject(
    @IdParam('return_id') returnId: number,
    @Body() { reason }: RejectReturnDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ReturnResponseDto> {
    return toReturnResponse(caller)(await this.returns.reject(returnId, reason, caller));
  }

  @Post('returns/:return_id/cancel')
  @Roles('customer')
  @Guests('order')
  @HttpCode(200)
  // The one that the example of POST /orders/{order_id}/returns makes.
  @Example({ path: { return_id: 3 } })
  @ApiOperation({
    summary: 'Cancel a return',
    description: 'Customers and guests their own while it is `requested`, staff until it is settled.',
  })
  @ApiOkResponse({ type: ReturnResponseDto })
  @Problems('invalid-transition', 'version-conflict')
  async cancel(@IdParam('return_id') returnId: number, @CurrentVisitor() visitor: Visitor): Promise<ReturnResponseDto> {
    return toReturnResponse(visitor.caller)(await this.returns.cancel(returnId, visitor));
  }

  @Post('returns/:return_id/receive')
  @Roles('staff')
  @HttpCode(200)
  @RequestPriority('critical')
  @Example({ body: { items: [{ order_item_id: 3, quantity: 1, condition: 'resellable', restock: true }] } })
  @ApiOperation({
    summary: 'Note what arrived of a return',
    description:
      'For staff, once. What is to be restocked is on sale again a moment later. `suggested_refund` is what the customer ' +
      'paid for what arrived.',
  })
  @ApiOkResponse({ type: ReturnResponseDto })
  @Problems('invalid-transition', 'quantity-exceeds-announced', 'version-conflict')
  async receive(
    @IdParam('return_id') returnId: number,
    @Body() { items }: ReceiveReturnDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ReturnResponseDto> {
    const received = items.map(({ order_item_id, quantity, condition, restock = condition === 'resellable' }) => ({
      order_item_id,
      quantity,
      condition,
      restock,
    }));
    return toReturnResponse(caller)(await this.returns.receive(returnId, received, caller));
  }

  @Post('returns/:return_id/settle')
  @Roles('staff')
  @HttpCode(200)
  @OptionalBody()
  @ApiBody({ type: SettleReturnDto, required: false })
  @RequestPriority('critical')
  @Example({ body: { fee: '2.00' } })
  @ApiOperation({
    summary: 'Decide what goes back for a return',
    description: 'For staff, once. The amount is refunded through the payments of the order.',
  })
  @ApiOkResponse({ type: ReturnResponseDto })
  @Problems('invalid-transition', 'refund-exceeds-received', 'refund-exceeds-paid', 'version-conflict')
  async settle(
    @IdParam('return_id') returnId: number,
    @Body() body: SettleReturnDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ReturnResponseDto> {
    return toReturnResponse(caller)(await this.returns.settle(returnId, body, caller));
  }
}
