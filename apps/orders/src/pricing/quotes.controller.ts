import { Public } from '@app/auth';
import { Problems, Tag } from '@app/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { QuoteRequestDto } from './dto/quote-request.dto.js';
import { QuoteResponseDto, toQuoteResponse } from './dto/quote-response.dto.js';
import { PricingSettings } from './pricing.settings.js';
import { QuotesService } from './quotes.service.js';

@Tag(
  'quotes',
  'What products would cost now, with shipping and tax: a quote is not stored, reserves nothing, and binds nobody. Always ' +
    'Σ `line_total` + `shipping_total` + `tax_total` (unless `prices_include_tax`) = `order_total`.',
)
@Controller('quotes')
export class QuotesController {
  constructor(
    private readonly quotes: QuotesService,
    private readonly settings: PricingSettings,
  ) {}

  @Post()
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Ask what products would cost',
    description:
      'Creates nothing. Without an address nothing is taxed, and only shipping methods for everywhere are open; without a ' +
      'method shipping costs nothing. `shipping_methods` are those open to these items and this address.',
  })
  @ApiOkResponse({ type: QuoteResponseDto })
  @Problems('unknown-product', 'shipping-method-unavailable')
  async quote(@Body() body: QuoteRequestDto): Promise<QuoteResponseDto> {
    return toQuoteResponse(await this.quotes.quote(body), this.settings.currency);
  }
}
