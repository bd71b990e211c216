import { CurrentVisitor, Guests, Roles } from '@app/auth';
import { Example, Location, Problems, RequestPriority, UuidParam } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Visitor } from '@app/kernel';
import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { toOrderResponse } from '../orders/dto/order-response.dto.js';
import type { Order } from '../orders/order.entity.js';
import { CartCheckoutService } from './cart-checkout.service.js';
import { CheckOutCartDto, CheckoutResponseDto } from './dto/check-out-cart.dto.js';
import { OrderTokenInterceptor } from './order-token.interceptor.js';

@ApiTags('carts')
@Controller('carts')
export class CartCheckoutController {
  constructor(private readonly checkouts: CartCheckoutService) {}

  @Post(':cart_id/checkout')
  @Roles('customer')
  @Guests('cart')
  @Idempotent()
  @UseInterceptors(OrderTokenInterceptor)
  @RequestPriority('critical')
  // No total, since the rates and methods of the demo data may have been changed.
  @Example({ body: { version: '{{cart_version}}' } })
  @Location((order: CheckoutResponseDto) => `/orders/${order.order_id}`)
  @ApiOperation({
    summary: 'Order what is in a cart',
    description:
      'Places the order of the version that the buyer has seen, at today’s prices or, with `expected_total`, at this total ' +
      'only, and ends the cart. A guest needs an `email` in the cart, and gets the `order_token`, sent back as ' +
      '`Order-Token`, with which to pay and follow the order. Send an `Idempotency-Key`: within 24 hours a repetition gets ' +
      'the first answer, token included, and places no second order.',
  })
  @ApiCreatedResponse({ type: CheckoutResponseDto })
  @Problems(
    'cart-changed',
    'cart-empty',
    'cart-not-open',
    'email-required',
    'insufficient-stock',
    'total-changed',
    'shipping-method-unavailable',
    'unpaid-limit',
    'unknown-product',
    'unknown-user',
    'inventory-unavailable',
  )
  async checkOut(
    @UuidParam('cart_id') cartId: string,
    @Body() body: CheckOutCartDto,
    @CurrentVisitor() visitor: Visitor,
    @Claimed() claim?: Claim,
  ): Promise<CheckoutResponseDto> {
    const answer = (order: Order) => toOrderResponse(order, visitor.caller);
    return answer(await this.checkouts.place(cartId, body, visitor, { claim, answer }));
  }
}
