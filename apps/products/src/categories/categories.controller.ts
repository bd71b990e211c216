import { Public, Roles } from '@app/auth';
import { Example, IdParam, IfMatch, Location, Problems, type RawJson, Tag } from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CACHE_HEADER, toRawJson } from '../cache/answers.js';
import { CategoriesService } from './categories.service.js';
import { CategoryReadsService } from './category-reads.service.js';
import {
  categoryAnswer,
  CategoryResponseDto,
  categoryTreeAnswer,
  CategoryTreeDto,
  CreateCategoryDto,
  toCategoryResponse,
  UpdateCategoryDto,
} from './dto/category.dto.js';

@Tag(
  'categories',
  'The tree in which the products stand, 2,000 categories in eight levels at most. A product may be in several; the name of ' +
    'its main one is its `category`. `GET /products?category_id=…&descendants=true` lists what is in one and below it.',
)
@Controller('categories')
export class CategoriesController {
  constructor(
    private readonly categories: CategoriesService,
    private readonly reads: CategoryReadsService,
  ) {}

  @Get()
  @Public()
  @ApiOperation({
    summary: 'Read the whole tree of categories',
    description:
      'As one list: every parent before its children, those with the same parent by `position` and then by name.',
  })
  @ApiOkResponse({ type: CategoryTreeDto, headers: CACHE_HEADER })
  async list(): Promise<RawJson> {
    return toRawJson(await this.reads.list(categoryTreeAnswer));
  }

  @Post()
  @Roles('staff')
  @Idempotent()
  @Location<CategoryResponseDto>((category) => `/categories/${category.category_id}`)
  @ApiOperation({
    summary: 'Add a category',
    description: 'For staff. Within 24 hours a repetition with the same `Idempotency-Key` gets the first answer.',
  })
  @ApiCreatedResponse({ type: CategoryResponseDto })
  @Problems('validation-failed', 'slug-taken', 'category-too-deep', 'too-many-categories')
  async create(@Body() body: CreateCategoryDto, @Claimed() claim?: Claim): Promise<CategoryResponseDto> {
    return toCategoryResponse(await this.categories.create(body, { claim, answer: toCategoryResponse }));
  }

  @Get(':category_id')
  @Public()
  @ApiOperation({ summary: 'Read a category', description: 'Its products are a list of `GET /products`.' })
  @ApiOkResponse({ type: CategoryResponseDto, headers: CACHE_HEADER })
  @Problems('validation-failed', 'not-found')
  async show(@IdParam('category_id') id: number): Promise<RawJson> {
    return toRawJson(await this.reads.show(id, categoryAnswer), { what: 'category' });
  }

  @Put(':category_id')
  @Roles('staff')
  @Example({ path: { category_id: 1 }, body: { position: 1 } })
  @ApiOperation({
    summary: 'Rename or move a category',
    description:
      'For staff. Fields that are left out stay as they are; a move takes along what is below. With another name it answers once ' +
      'all products have it of which this is the main category. Send the `ETag` as `If-Match`, so that nobody’s change is lost.',
  })
  @ApiOkResponse({ type: CategoryResponseDto })
  @Problems(
    'validation-failed',
    'not-found',
    'slug-taken',
    'category-circle',
    'category-too-deep',
    'precondition-failed',
  )
  async change(
    @IdParam('category_id') id: number,
    @Body() body: UpdateCategoryDto,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<CategoryResponseDto> {
    return toCategoryResponse(await this.categories.change(id, body, ifMatch));
  }

  @Delete(':category_id')
  @HttpCode(204)
  @Roles('staff')
  @Example({ path: { category_id: 4 } })
  @ApiOperation({
    summary: 'Remove an empty category',
    description:
      'For staff. Refused while products on sale are in it or categories below it. Archived products leave it, and keep its name ' +
      'as their `category`.',
  })
  @ApiNoContentResponse()
  @Problems('validation-failed', 'not-found', 'category-not-empty', 'precondition-failed')
  async remove(@IdParam('category_id') id: number, @IfMatch() ifMatch?: ExpectedVersions): Promise<void> {
    await this.categories.remove(id, ifMatch);
  }
}
