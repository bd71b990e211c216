import { CurrentCaller, Public, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  IfMatch,
  Location,
  type PageBody,
  PageQueryDto,
  pageRequest,
  pageResponse,
  Problems,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  CreateShippingMethodDto,
  ShippingMethodListDto,
  ShippingMethodResponseDto,
  toShippingMethodResponse,
  UpdateShippingMethodDto,
} from './dto/shipping-method.dto.js';
import { PricingSettings } from './pricing.settings.js';
import type { ShippingMethod } from './shipping-method.entity.js';
import { ShippingMethodsService } from './shipping-methods.service.js';

@Tag(
  'shipping-methods',
  'The ways in which orders are sent, 100 at most: where each goes to, and what it costs by steps of the subtotal or of ' +
    'the weight. A change is for orders from then on; those placed keep what they were charged.',
)
@Controller('shipping-methods')
export class ShippingMethodsController {
  constructor(
    private readonly methods: ShippingMethodsService,
    private readonly settings: PricingSettings,
  ) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'List the shipping methods',
    description: 'By `position`. Staff also see those not active.',
  })
  @ApiOkResponse({ type: ShippingMethodListDto })
  async list(
    @Query() query: PageQueryDto,
    @CurrentCaller() caller?: Caller,
  ): Promise<PageBody<'shipping_methods', ShippingMethodResponseDto>> {
    const request = pageRequest(query, { sorts: [], default: 'position' });
    return pageResponse('shipping_methods', await this.methods.list(request, caller), request, this.answer);
  }

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location<ShippingMethodResponseDto>((method) => `/shipping-methods/${method.shipping_method_id}`)
  @ApiOperation({
    summary: 'Add a shipping method',
    description: 'For staff. It is open at once, unless `active` is false.',
  })
  @ApiCreatedResponse({ type: ShippingMethodResponseDto })
  @Problems('shipping-code-taken', 'too-many-shipping-methods')
  async create(@Body() body: CreateShippingMethodDto, @Claimed() claim?: Claim): Promise<ShippingMethodResponseDto> {
    return this.answer(await this.methods.create(body, { claim, answer: this.answer }));
  }

  @Get(':shipping_method_id')
  @Public()
  @ApiOperation({ summary: 'Read a shipping method', description: 'One that is not active is found by staff only.' })
  @ApiOkResponse({ type: ShippingMethodResponseDto })
  @Problems('not-found')
  async get(
    @IdParam('shipping_method_id') id: number,
    @CurrentCaller() caller?: Caller,
  ): Promise<ShippingMethodResponseDto> {
    return this.answer(await this.methods.get(id, caller));
  }

  @Put(':shipping_method_id')
  @Roles('staff')
  @Example({ path: { shipping_method_id: 1 }, body: { name: 'Standard', free_from: '75' } })
  @ApiOperation({
    summary: 'Change a shipping method',
    description: 'For staff. Fields that are left out stay as they are; another `by` needs new `steps`.',
  })
  @ApiOkResponse({ type: ShippingMethodResponseDto })
  @Problems('not-found', 'shipping-code-taken', 'precondition-failed')
  async change(
    @IdParam('shipping_method_id') id: number,
    @Body() body: UpdateShippingMethodDto,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<ShippingMethodResponseDto> {
    return this.answer(await this.methods.change(id, body, ifMatch));
  }

  @Delete(':shipping_method_id')
  @HttpCode(204)
  @Roles('staff')
  @Example({ path: { shipping_method_id: 2 } })
  @ApiOperation({
    summary: 'Remove a shipping method',
    description: 'For staff. Orders placed with it keep its code and name.',
  })
  @ApiNoContentResponse()
  @Problems('not-found', 'precondition-failed')
  async remove(@IdParam('shipping_method_id') id: number, @IfMatch() ifMatch?: ExpectedVersions): Promise<void> {
    await this.methods.remove(id, ifMatch);
  }

  private readonly answer = (method: ShippingMethod): ShippingMethodResponseDto =>
    toShippingMethodResponse(method, this.settings.currency);
}
