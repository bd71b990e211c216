import { CurrentCaller, Roles } from '@app/auth';
import { Example, Location, Problems, RequestPriority } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller } from '@app/kernel';
import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { OrderResponseDto, toOrderResponse } from '../orders/dto/order-response.dto.js';
import type { Order } from '../orders/order.entity.js';
import { CheckoutService } from './checkout.service.js';
import { CreateOrderDto, ORDER_EXAMPLE } from './dto/create-order.dto.js';

@ApiTags('orders')
@Controller()
export class CheckoutController {
  constructor(private readonly checkout: CheckoutService) {}

  @Post('orders')
  @Roles('customer')
  @Idempotent()
  @RequestPriority('critical')
  @Location((order: OrderResponseDto) => `/orders/${order.order_id}`)
  @Example({ body: ORDER_EXAMPLE })
  @ApiOperation({
    // Clients know it by this name.
    operationId: 'orders_place',
    summary: 'Place an order',
    description:
      'Reserves the stock of every item, or of none, and takes the prices from the catalog, shipping and tax as `POST ' +
      '/quotes` says them: a client never says what it pays, only (`price_at_order`, `expected_total`) what it expects. An ' +
      'order that costs nothing is paid at once. Send an `Idempotency-Key`: within 24 hours a repetition gets the first ' +
      'answer and places no second order.',
  })
  @ApiCreatedResponse({ type: OrderResponseDto })
  @Problems(
    'insufficient-stock',
    'price-changed',
    'total-changed',
    'shipping-method-unavailable',
    'unpaid-limit',
    'unknown-product',
    'unknown-user',
    'inventory-unavailable',
  )
  async place(
    @Body() body: CreateOrderDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<OrderResponseDto> {
    const answer = (order: Order) => toOrderResponse(order, caller);
    return answer(await this.checkout.place(body, caller, { claim, answer }));
  }
}
