import { CurrentCaller, CurrentVisitor, Guests, Public, RefuseBadTokens, Roles } from '@app/auth';
import {
  Example,
  type HttpReply,
  IdParam,
  IfMatch,
  Location,
  OptionalBody,
  Problems,
  type RawJson,
  Tag,
  UuidParam,
} from '@app/http';
import { type Claim, Claimed, Idempotent, KNOWN_CALLERS } from '@app/idempotency';
import type { Caller, ExpectedVersions, Visitor } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { PricingSettings } from '../pricing/pricing.settings.js';
import { CartMergesService } from './cart-merges.service.js';
import { CartOpeningService, type OpenCart } from './cart-opening.service.js';
import type { PricedCart } from './cart-prices.js';
import { CartsService } from './carts.service.js';
import { MergeCartDto, NewCartDto, PutCartItemDto, UpdateCartDto } from './dto/cart-request.dto.js';
import {
  cartAnswer,
  CartResponseDto,
  NewCartResponseDto,
  toCartResponse,
  toNewCartResponse,
} from './dto/cart-response.dto.js';

@Tag(
  'carts',
  'What somebody means to buy, with an account or without one. A guest proves by the token of the cart, in the header ' +
    '`Cart-Token`, that it is theirs. A cart shows what it costs now and what has changed since; it holds no stock. Without ' +
    'a change a guest’s cart expires after 30 days and a customer’s after 90, unless the stage says otherwise.',
)
@Controller('carts')
export class CartsController {
  constructor(
    private readonly carts: CartsService,
    private readonly opening: CartOpeningService,
    private readonly merges: CartMergesService,
    private readonly settings: PricingSettings,
  ) {}

  @Post()
  @Public()
  @RefuseBadTokens()
  @Idempotent(KNOWN_CALLERS)
  @OptionalBody()
  @ApiBody({ type: NewCartDto, required: false })
  @Location<NewCartResponseDto>(({ cart_id }) => `/carts/${cart_id}`)
  @ApiOperation({
    summary: 'Begin a cart',
    description:
      'For a guest a new one, with the `cart_token` that no other answer shows: an `Idempotency-Key` is not used then. A ' +
      'customer has one open cart: where there is one already, it is the answer, with 200.',
  })
  @ApiCreatedResponse({ type: NewCartResponseDto })
  @ApiOkResponse({ type: CartResponseDto, description: 'The customer’s open cart.' })
  @Problems('unauthenticated')
  async create(
    @Body() _body: NewCartDto,
    @Res({ passthrough: true }) reply: HttpReply,
    @CurrentCaller() caller?: Caller,
    @Claimed() claim?: Claim,
  ): Promise<NewCartResponseDto> {
    const answer = (opened: OpenCart) => toNewCartResponse(opened, this.settings.currency);
    const opened = await (caller ? this.opening.forCustomer(caller, { claim, answer }) : this.opening.forGuest());
    if (!opened.isNew) reply.code(200);
    return answer(opened);
  }

  @Get(':cart_id')
  @Roles('customer')
  @Guests('cart')
  @ApiOperation({
    summary: 'Read a cart with what it costs now',
    description:
      'For its owner and for staff. `changes` compares with when each line was last put: to accept one, put the line again. ' +
      'Products that are gone count in no total, and a shipping method that has closed is not charged.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  async get(@UuidParam('cart_id') cartId: string, @CurrentVisitor() visitor: Visitor): Promise<RawJson> {
    return cartAnswer(await this.carts.get(cartId, visitor), this.settings.currency);
  }

  @Put(':cart_id')
  @Roles('customer')
  @Guests('cart')
  @ApiOperation({
    summary: 'Say where a cart goes, and how',
    description:
      'For its owner. Fields that are left out stay as they are. The shipping method must be open when chosen.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open', 'shipping-method-unavailable')
  async change(
    @UuidParam('cart_id') cartId: string,
    @Body() body: UpdateCartDto,
    @CurrentVisitor() visitor: Visitor,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.change(cartId, body, { visitor, ifMatch }));
  }

  @Put(':cart_id/items/:product_id')
  @Roles('customer')
  @Guests('cart')
  @ApiOperation({
    summary: 'Set the quantity of a product in a cart',
    description: 'For its owner. The line takes the present price; the stock is neither checked nor held.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open', 'cart-full', 'unknown-product')
  async put(
    @UuidParam('cart_id') cartId: string,
    @IdParam('product_id') productId: number,
    @Body() { quantity }: PutCartItemDto,
    @CurrentVisitor() visitor: Visitor,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.put(cartId, productId, quantity, { visitor, ifMatch }));
  }

  @Delete(':cart_id/items/:product_id')
  @Roles('customer')
  @Guests('cart')
  @ApiOperation({
    summary: 'Remove a product from a cart',
    description: 'For its owner. Without effect if it is not in the cart.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open')
  async remove(
    @UuidParam('cart_id') cartId: string,
    @IdParam('product_id') productId: number,
    @CurrentVisitor() visitor: Visitor,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CartResponseDto> {
    return this.answer(await this.carts.remove(cartId, productId, { visitor, ifMatch }));
  }

  @Post(':cart_id/merge')
  @HttpCode(200)
  @Roles('customer')
  @Idempotent()
  @Example({ body: { cart_id: '{{guest_cart_id}}', cart_token: '{{cart_token}}' } })
  @ApiOperation({
    summary: 'Take a guest’s cart into one’s own',
    description:
      'For customers, after they have logged in. No line is lost, and of one product the larger quantity counts. Details ' +
      'that the own cart lacks are the guest’s. The guest’s cart is `merged` then; a second time changes nothing.',
  })
  @ApiOkResponse({ type: CartResponseDto })
  @Problems('cart-not-open', 'cart-full')
  async merge(
    @UuidParam('cart_id') cartId: string,
    @Body() body: MergeCartDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<CartResponseDto> {
    return this.answer(await this.merges.merge(cartId, body, caller, { claim, answer: this.answer }));
  }

  private readonly answer = (priced: PricedCart): CartResponseDto => toCartResponse(priced, this.settings.currency);
}
