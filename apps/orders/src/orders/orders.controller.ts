import { CurrentCaller, Roles } from '@app/auth';
import {
  Example,
  type ExpectedVersions,
  IdParam,
  IfMatch,
  Location,
  Matters,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  UserIdParam,
} from '@app/http';
import { Idempotent } from '@app/idempotency';
import type { Caller } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CheckoutService } from './checkout.service.js';
import { CreateOrderDto } from './dto/create-order.dto.js';
import { ListOrdersQueryDto, ListUserOrdersQueryDto, ORDER_SORTS } from './dto/list-orders.query.dto.js';
import { OrderListDto, OrderResponseDto, toOrderPage, toOrderResponse } from './dto/order-response.dto.js';
import { UpdateOrderDto } from './dto/update-order.dto.js';
import { OrdersService } from './orders.service.js';

@ApiTags('orders')
@Controller()
export class OrdersController {
  constructor(
    private readonly checkout: CheckoutService,
    private readonly orders: OrdersService,
  ) {}

  @Post('orders')
  @Roles('customer')
  @Idempotent()
  @Matters('critical')
  @Location((order: OrderResponseDto) => `/orders/${order.order_id}`)
  @ApiOperation({ summary: 'Place an order' })
  @ApiCreatedResponse({ type: OrderResponseDto })
  @Problems(
    'insufficient-stock',
    'price-changed',
    'unpaid-limit',
    'unknown-product',
    'unknown-user',
    'inventory-unavailable',
  )
  async place(@Body() body: CreateOrderDto, @CurrentCaller() caller: Caller): Promise<OrderResponseDto> {
    return toOrderResponse(await this.checkout.place(body, caller), caller);
  }

  @Get('orders')
  @Roles('staff')
  @ApiOperation({ summary: 'List all orders' })
  @ApiOkResponse({ type: OrderListDto })
  async list(
    @Query() query: ListOrdersQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'orders', OrderResponseDto>> {
    const request = pageRequest(query, ORDER_SORTS);
    return pageResponse('orders', toOrderPage(await this.orders.list(query, request), caller), request);
  }

  @Get('orders/:order_id')
  @Roles('customer')
  @ApiOperation({ summary: 'Read an order' })
  @ApiOkResponse({ type: OrderResponseDto })
  async get(@IdParam('order_id') orderId: number, @CurrentCaller() caller: Caller): Promise<OrderResponseDto> {
    return toOrderResponse(await this.orders.get(orderId, caller), caller);
  }

  @Put('orders/:order_id')
  @Roles('customer')
  @Matters('critical')
  @Example({ body: { status: 'paid' } })
  @ApiOperation({ summary: 'Take an order’s next step or change its address' })
  @ApiOkResponse({ type: OrderResponseDto })
  @Problems('forbidden', 'invalid-transition', 'address-fixed', 'version-conflict')
  async change(
    @IdParam('order_id') orderId: number,
    @Body() body: UpdateOrderDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<OrderResponseDto> {
    return toOrderResponse(await this.orders.change(orderId, body, caller, ifMatch), caller);
  }

  @Delete('orders/:order_id')
  @Roles('admin')
  @HttpCode(204)
  @Example({ path: { order_id: 2 } })
  @ApiOperation({ summary: 'Remove an order; a pending one is cancelled' })
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
  @Matters('optional')
  @ApiOperation({ summary: 'List a user’s orders' })
  @ApiOkResponse({ type: OrderListDto })
  async listOf(
    @UserIdParam() userId: number,
    @Query() query: ListUserOrdersQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'orders', OrderResponseDto>> {
    const request = pageRequest(query, ORDER_SORTS);
    return pageResponse(
      'orders',
      toOrderPage(await this.orders.listOf(userId, query, request, caller), caller),
      request,
    );
  }
}
