import { CurrentCaller, CurrentVisitor, Guests, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  IfMatch,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  RequestPriority,
  UserIdParam,
  Tag,
} from '@app/http';
import type { Caller, ExpectedVersions, Visitor } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ListOrdersQueryDto, ListUserOrdersQueryDto, ORDER_SORTS } from './dto/list-orders.query.dto.js';
import { OrderListDto, OrderResponseDto, toOrderResponse } from './dto/order-response.dto.js';
import { UpdateOrderDto } from './dto/update-order.dto.js';
import type { Order } from './order.entity.js';
import { OrdersService } from './orders.service.js';

@Tag(
  'orders',
  'An order is `pending` until it is paid, then `paid`, `shipped` and `completed`; until it is shipped it may become ' +
    '`cancelled`. A pending order reserves its stock, which a cancellation gives back. Prices and names are the ' +
    'catalog’s at the moment of the order and stay as they were. An order that nobody pays is cancelled after half an ' +
    'hour where buyers pay by card, else after 24 hours, or after one where the e-mail address is not verified, unless the ' +
    'stage says otherwise. `payment_status` and `fulfilment_status` say where money and goods are, and together make the `status`.',
)
@Controller()
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get('orders')
  @Roles('staff')
  @ApiOperation({
    summary: 'List all orders',
    description: 'For staff. Newest first, unless `sort` says otherwise; follow `next_cursor` for the rest.',
  })
  @ApiOkResponse({ type: OrderListDto })
  async list(
    @Query() query: ListOrdersQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'orders', OrderResponseDto>> {
    const request = pageRequest(query, ORDER_SORTS);
    const toItem = (order: Order) => toOrderResponse(order, caller);
    return pageResponse('orders', await this.orders.list(query, request), request, toItem);
  }

  @Get('orders/:order_id')
  @Roles('customer')
  @Guests('order')
  @ApiOperation({
    summary: 'Read an order',
    description:
      'Customers read their own, guests the one whose token they have, staff read all. Removed orders are not found.',
  })
  @ApiOkResponse({ type: OrderResponseDto })
  async get(@IdParam('order_id') orderId: number, @CurrentVisitor() visitor: Visitor): Promise<OrderResponseDto> {
    return toOrderResponse(await this.orders.get(orderId, visitor), visitor.caller);
  }

  @Put('orders/:order_id')
  @Roles('customer')
  @Guests('order')
  @RequestPriority('critical')
  @Example({ path: { order_id: 2 }, body: { status: 'cancelled', cancel_reason: 'Ordered twice' } })
  @ApiOperation({
    summary: 'Take an order’s next step, or change what the customer said',
    description:
      'Staff take every step: `pending` → `paid` → `shipped` → `completed`, and `cancelled` from `pending` or `paid`. ' +
      '`paid` pays all that is due, `shipped` ships all that is open. Customers and guests may only cancel their own ' +
      'pending order, and move it to no place where tax or shipping would differ, since the total stays.',
  })
  @ApiOkResponse({ type: OrderResponseDto })
  @Problems('forbidden', 'invalid-transition', 'address-fixed', 'details-fixed', 'version-conflict')
  async change(
    @IdParam('order_id') orderId: number,
    @Body() body: UpdateOrderDto,
    @CurrentVisitor() visitor: Visitor,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<OrderResponseDto> {
    return toOrderResponse(await this.orders.change(orderId, body, visitor, ifMatch), visitor.caller);
  }

  @Delete('orders/:order_id')
  @Roles('admin')
  @HttpCode(204)
  @Example({ path: { order_id: 2 } })
  @ApiOperation({
    summary: 'Remove an order; a pending one is cancelled',
    description: 'For administrators. A paid or shipped order is not removed: it is cancelled or completed first.',
  })
  @ApiNoContentResponse()
  @Problems('order-active', 'version-conflict')
  async remove(
    @IdParam('order_id') orderId: number,
    @CurrentCaller() caller: Caller,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<void> {
    await this.orders.remove(orderId, caller, ifMatch);
  }

  @Get('users/:user_id/orders')
  @Roles('customer')
  @RequestPriority('optional')
  @ApiOperation({
    summary: 'List a user’s orders',
    description: 'Customers list their own (`me` stands for their number), staff everybody’s.',
  })
  @ApiOkResponse({ type: OrderListDto })
  async listOf(
    @UserIdParam() userId: number,
    @Query() query: ListUserOrdersQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'orders', OrderResponseDto>> {
    const request = pageRequest(query, ORDER_SORTS);
    const toItem = (order: Order) => toOrderResponse(order, caller);
    return pageResponse('orders', await this.orders.listOf(userId, query, request, caller), request, toItem);
  }
}
