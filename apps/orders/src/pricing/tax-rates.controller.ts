import { Roles } from '@app/auth';
import {
  Example,
  IdParam,
  IfMatch,
  Location,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  CreateTaxRateDto,
  TaxRateListDto,
  TaxRateQueryDto,
  TaxRateResponseDto,
  toTaxRateResponse,
  UpdateTaxRateDto,
} from './dto/tax-rate.dto.js';
import { TaxRatesService } from './tax-rates.service.js';

@Tag(
  'tax-rates',
  'What is taxed at which rate where, for staff. Of the rates for a product’s `tax_category` and the shipping address the ' +
    'most specific one counts: the longest `postal_prefix`, then one for a `region`, then the latest `valid_from`, then the ' +
    'newest; where there is none, nothing is taxed. Tax is rounded half up per line, after discounts, and totals are sums of ' +
    'lines. Shipping is taxed at the highest rate among those of the lines that `includes_shipping`. Orders that are placed ' +
    'keep what they were taxed.',
)
@Controller('tax-rates')
export class TaxRatesController {
  constructor(private readonly rates: TaxRatesService) {}

  @Get()
  @Roles('staff')
  @ApiOperation({ summary: 'List the tax rates', description: 'For staff. Oldest first, of all times.' })
  @ApiOkResponse({ type: TaxRateListDto })
  async list(@Query() query: TaxRateQueryDto): Promise<PageBody<'tax_rates', TaxRateResponseDto>> {
    const request = pageRequest(query, { sorts: [], default: 'tax_rate_id' });
    return pageResponse('tax_rates', await this.rates.list(query, request), request, toTaxRateResponse);
  }

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location<TaxRateResponseDto>(({ tax_rate_id }) => `/tax-rates/${tax_rate_id}`)
  @ApiOperation({
    summary: 'Add a tax rate',
    description: 'For staff. A rate that changes on a day is two: one until that day, one from it on.',
  })
  @ApiCreatedResponse({ type: TaxRateResponseDto })
  async create(@Body() body: CreateTaxRateDto, @Claimed() claim?: Claim): Promise<TaxRateResponseDto> {
    return toTaxRateResponse(await this.rates.create(body, { claim, answer: toTaxRateResponse }));
  }

  @Get(':tax_rate_id')
  @Roles('staff')
  @ApiOperation({
    summary: 'Read a tax rate',
    description: 'For staff. Those of the past are kept until they are removed.',
  })
  @ApiOkResponse({ type: TaxRateResponseDto })
  @Problems('not-found')
  async get(@IdParam('tax_rate_id') id: number): Promise<TaxRateResponseDto> {
    return toTaxRateResponse(await this.rates.get(id));
  }

  @Put(':tax_rate_id')
  @Roles('staff')
  @Example({ path: { tax_rate_id: 1 }, body: { rate: '0.0625', includes_shipping: false } })
  @ApiOperation({
    summary: 'Change a tax rate',
    description: 'For staff. Fields that are left out stay as they are. Orders that are placed are not taxed anew.',
  })
  @ApiOkResponse({ type: TaxRateResponseDto })
  @Problems('not-found', 'precondition-failed')
  async change(
    @IdParam('tax_rate_id') id: number,
    @Body() body: UpdateTaxRateDto,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<TaxRateResponseDto> {
    return toTaxRateResponse(await this.rates.change(id, body, ifMatch));
  }

  @Delete(':tax_rate_id')
  @HttpCode(204)
  @Roles('staff')
  @Example({ path: { tax_rate_id: 2 } })
  @ApiOperation({ summary: 'Remove a tax rate', description: 'For staff. Orders that are placed keep their tax.' })
  @ApiNoContentResponse()
  @Problems('not-found', 'precondition-failed')
  async remove(@IdParam('tax_rate_id') id: number, @IfMatch() ifMatch?: ExpectedVersions): Promise<void> {
    await this.rates.remove(id, ifMatch);
  }
}
