import { CurrentCaller, Public, Roles } from '@app/auth';
import { Example, IdParam, IfMatch, Location, PageQueryDto, pageRequest, Problems, type RawJson, Tag } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CACHE_HEADER, toRawJson } from '../cache/answers.js';
import { ProductResponseDto, toProductResponse } from '../catalog/dto/product-response.dto.js';
import { CreateVariantDto } from './dto/create-variant.dto.js';
import {
  CreateProductGroupDto,
  groupAnswer,
  groupListAnswer,
  ProductGroupListDto,
  ProductGroupResponseDto,
  toProductGroupResponse,
  UpdateProductGroupDto,
} from './dto/product-group.dto.js';
import { GroupsService } from './groups.service.js';

@Tag(
  'product-groups',
  'What variants share: a T-shirt in sizes and colours. Each variant is a product with its own sku, price and stock, and ' +
    'is what carts and orders name.',
)
@Controller('product-groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location((group: ProductGroupResponseDto) => `/product-groups/${group.group_id}`)
  @ApiOperation({
    summary: 'Create a product group',
    description: 'For staff. It has no variants yet: add each with `POST /product-groups/{group_id}/variants`.',
  })
  @ApiCreatedResponse({ type: ProductGroupResponseDto })
  @Problems('validation-failed')
  async create(@Body() input: CreateProductGroupDto, @Claimed() claim?: Claim): Promise<ProductGroupResponseDto> {
    return toProductGroupResponse(await this.groups.create(input, { claim, answer: toProductGroupResponse }));
  }

  @Get()
  @Public()
  @ApiOperation({
    summary: 'List product groups',
    description:
      'The newest first, without their variants. To list each group once among products: `GET /products?collapse=group`.',
  })
  @ApiOkResponse({ type: ProductGroupListDto, headers: CACHE_HEADER })
  @Problems('validation-failed')
  async list(
    @Query() query: PageQueryDto,
    @Req() { url }: { url: string },
    @CurrentCaller() caller?: Caller,
  ): Promise<RawJson> {
    const request = pageRequest(query, { sorts: [], default: '-created_at' });
    return toRawJson(await this.groups.list(request, groupListAnswer, caller), { url });
  }

  @Get(':group_id')
  @Public()
  @ApiOperation({
    summary: 'Read a product group with its variants',
    description: 'Those on sale, with their prices and what is available. `X-Cache` says where the answer came from.',
  })
  @ApiOkResponse({ type: ProductGroupResponseDto, headers: CACHE_HEADER })
  @Problems('validation-failed', 'not-found')
  async show(@IdParam('group_id') groupId: number, @CurrentCaller() caller?: Caller): Promise<RawJson> {
    return toRawJson(await this.groups.show(groupId, groupAnswer, caller), { what: 'product group' });
  }

  @Put(':group_id')
  @Roles('staff')
  @Example({ path: { group_id: 1 }, body: { name: 'Heavy T-shirt' } })
  @ApiOperation({
    summary: 'Change a product group',
    description: 'For staff. Its variants keep their own names and descriptions.',
  })
  @ApiOkResponse({ type: ProductGroupResponseDto })
  @Problems('validation-failed', 'not-found', 'options-in-use', 'precondition-failed')
  async change(
    @IdParam('group_id') groupId: number,
    @Body() input: UpdateProductGroupDto,
    @IfMatch() version?: ExpectedVersions,
  ): Promise<ProductGroupResponseDto> {
    return toProductGroupResponse(await this.groups.change(groupId, input, version));
  }

  @Delete(':group_id')
  @Roles('staff')
  @HttpCode(204)
  @Example({ path: { group_id: 2 } })
  @ApiOperation({
    summary: 'Delete a product group',
    description: 'For staff. Refused while variants are on sale; archived ones stay, as products of no group.',
  })
  @ApiNoContentResponse()
  @Problems('validation-failed', 'not-found', 'group-not-empty', 'precondition-failed')
  remove(@IdParam('group_id') groupId: number, @IfMatch() version?: ExpectedVersions): Promise<void> {
    return this.groups.remove(groupId, version);
  }

  @Post(':group_id/variants')
  @Roles('staff')
  @Idempotent()
  @Location((product: ProductResponseDto) => `/products/${product.product_id}`)
  @Example({
    path: { group_id: 1 },
    body: { sku: 'SHIRT-M', price: '20', option_values: { size: 'M' }, initial_stock: 25 },
  })
  @ApiOperation({
    summary: 'Add a variant: a product with these options, and its inventory',
    description:
      'For staff. Change and archive it as a product. An archived variant leaves its options to another one.',
  })
  @ApiCreatedResponse({ type: ProductResponseDto })
  @Problems('validation-failed', 'not-found', 'variant-exists', 'too-many-variants', 'sku-taken')
  async addVariant(
    @IdParam('group_id') groupId: number,
    @Body() input: CreateVariantDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<ProductResponseDto> {
    const reply = { claim, answer: toProductResponse };
    return toProductResponse(await this.groups.addVariant(groupId, input, caller.user_id, reply));
  }
}
