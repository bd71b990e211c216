import { CurrentCaller, Public, Roles } from '@app/auth';
import { Example, IdParam, IfMatch, Location, pageRequest, Problems, type RawJson, Tag } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CACHE_HEADER, toRawJson } from '../cache/answers.js';
import { RELEVANCE } from './relevance.js';
import { CatalogService } from './catalog.service.js';
import { CreateProductDto } from './dto/create-product.dto.js';
import { ProductListDto } from './dto/product-list.dto.js';
import { PRODUCT_SORTS, ProductQueryDto } from './dto/product-query.dto.js';
import { productAnswer, productListAnswer, ProductResponseDto, toProductResponse } from './dto/product-response.dto.js';
import { UpdateProductDto } from './dto/update-product.dto.js';
import { categoryNeeded } from './products.errors.js';
import { ProductsService } from './products.service.js';

@Tag(
  'products',
  'The catalog, which everybody may read. A price is a decimal string in the one currency of the stage; an order keeps ' +
    'the price it was placed at. Products are archived, never deleted, since orders name them.',
)
@Controller('products')
export class ProductsController {
  constructor(
    private readonly catalog: CatalogService,
    private readonly products: ProductsService,
  ) {}

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location((body: ProductResponseDto) => `/products/${body.product_id}`)
  @ApiOperation({
    summary: 'Create a product and its inventory',
    description:
      'For staff. A SKU is given once and for ever. Within 24 hours a repetition with the same `Idempotency-Key` gets the ' +
      'first answer.',
  })
  @ApiCreatedResponse({ type: ProductResponseDto })
  @Problems('validation-failed', 'sku-taken')
  async create(
    @Body() input: CreateProductDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<ProductResponseDto> {
    const reply = { claim, answer: toProductResponse };
    return toProductResponse(await this.products.create(input, caller.user_id, reply));
  }

  @Get()
  @Public()
  @ApiOperation({
    summary: 'Search and list products; staff also see archived ones',
    description:
      '`q` finds words, their beginnings and SKUs in any order, the best matches first. Answers may come from a cache, as ' +
      '`X-Cache` says; stock is for showing, only an order reserves it.',
  })
  @ApiOkResponse({ type: ProductListDto, headers: CACHE_HEADER })
  @Problems('validation-failed', 'query-too-broad')
  async list(
    @Query() query: ProductQueryDto,
    @Req() { url }: { url: string },
    @CurrentCaller() caller?: Caller,
  ): Promise<RawJson> {
    const { q, sku, ids, category, category_id, descendants, option, min_price, max_price, in_stock, collapse } = query;
    if (descendants !== undefined && category_id === undefined) throw categoryNeeded();
    const order = q === undefined ? 'created_at' : RELEVANCE;
    const page = pageRequest(query, { sorts: PRODUCT_SORTS, default: `-${order}` });
    const request = { ...page, facets: query.facets };
    const within = { category, category_id, descendants, option };
    const filter = { q, sku, ids, ...within, min_price, max_price, in_stock, collapse };
    return toRawJson(await this.catalog.list(filter, request, productListAnswer, caller), { url });
  }

  @Get(':product_id')
  @Public()
  @ApiOperation({
    summary: 'Read a product',
    description:
      'With its price and what is available of it. Archived products are found by staff only. `ETag` and `If-None-Match` ' +
      'save an answer that did not change.',
  })
  @ApiOkResponse({ type: ProductResponseDto, headers: CACHE_HEADER })
  @Problems('validation-failed', 'not-found')
  async show(@IdParam('product_id') productId: number, @CurrentCaller() caller?: Caller): Promise<RawJson> {
    return toRawJson(await this.catalog.show(productId, productAnswer, caller));
  }

  @Put(':product_id')
  @Roles('staff')
  @ApiOperation({
    summary: 'Change what a product is: name, price, weight, tax category …',
    description:
      'For staff. A new price holds for orders from now on. Send the `ETag` as `If-Match`, so that nobody’s change is lost.',
  })
  @ApiOkResponse({ type: ProductResponseDto })
  @Problems('validation-failed', 'not-found', 'sku-immutable', 'precondition-failed')
  async change(
    @IdParam('product_id') productId: number,
    @Body() input: UpdateProductDto,
    @IfMatch() version?: ExpectedVersions,
  ): Promise<ProductResponseDto> {
    return toProductResponse(await this.products.change(productId, input, version));
  }

  @Delete(':product_id')
  @Roles('staff')
  @HttpCode(204)
  @Example({ path: { product_id: 8 } })
  @ApiOperation({
    summary: 'Archive a product: it is no longer sold or shown',
    description: 'For staff. Refused while orders have stock of it reserved.',
  })
  @ApiNoContentResponse()
  @Problems('validation-failed', 'not-found', 'stock-reserved', 'precondition-failed')
  archive(@IdParam('product_id') productId: number, @IfMatch() version?: ExpectedVersions): Promise<void> {
    return this.products.archive(productId, version);
  }
}
