import { CurrentCaller, Roles } from '@app/auth';
import { IdParam, IfMatch, Problems, type RawJson, UserIdParam } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PricingSettings } from '../pricing/pricing.settings.js';
import type { PricedCart } from './cart-prices.js';
import { AddCartItemDto, PutCartItemDto } from './dto/cart-request.dto.js';
import { cartAnswer, CartResponseDto, toCartResponse } from './dto/cart-response.dto.js';
import { UserCartService } from './user-cart.service.js';

/** The platform's long-standing spelling of the caller's open cart. */
@ApiTags('carts')
@Controller('cart/:user_id')
export class UserCartController {
  constructor(
    private readonly carts: UserCartService,
    private readonly settings: PricingSettings,
  ) {}

  @Get()
  @Roles('customer')
  @ApiOperation({
    summary: 'Read one’s own open cart',
    description: 'The older spelling, of which the rest follows. Where there is none, an empty one begins.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  async get(@UserIdParam() user_id: number, @CurrentCaller() caller: Caller): Promise<RawJson> {
    return cartAnswer(await this.carts.get({ caller, user_id }), this.settings.currency);
  }

  @Post('items')
  @HttpCode(200)
  @Roles('customer')
  @Idempotent()
  @ApiOperation({
    summary: 'Add pieces of a product to one’s own open cart',
    description: 'Adds to the quantity that is there. Name and price are the catalog’s: to send them is an error.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open', 'cart-full', 'unknown-product')
  async add(
    @UserIdParam() user_id: number,
    @Body() body: AddCartItemDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.add({ caller, user_id }, body, { claim, answer: this.answer }));
  }

  @Put('items/:product_id')
  @Roles('customer')
  @ApiOperation({
    summary: 'Set the quantity of a product in one’s own open cart',
    description: 'As with a cart’s own address; 0 removes the product.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open', 'cart-full', 'unknown-product')
  async put(
    @UserIdParam() user_id: number,
    @IdParam('product_id') productId: number,
    @Body() { quantity }: PutCartItemDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.put({ caller, user_id }, productId, { quantity, ifMatch }));
  }

  @Delete('items/:product_id')
  @Roles('customer')
  @ApiOperation({
    summary: 'Remove a product from one’s own open cart',
    description: 'Without effect if it is not in the cart.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open')
  async remove(
    @UserIdParam() user_id: number,
    @IdParam('product_id') productId: number,
    @CurrentCaller() caller: Caller,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.put({ caller, user_id }, productId, { quantity: 0, ifMatch }));
  }

  private readonly answer = (priced: PricedCart): CartResponseDto => toCartResponse(priced, this.settings.currency);
}
