import { type FieldOptions, IdField, IntegerField, ListField, TextField, TimeField } from '@app/http';
import type { Type } from '@nestjs/common';
import { plainAnswer, resourceAnswer } from '../../cache/answers.js';
import type { CachedAnswer } from '../../cache/catalog-cache.js';
import type { Category } from '../../catalog/category.entity.js';
import { MAX_CATEGORIES } from '../categories.errors.js';

const MAX_POSITION = 1_000_000;

const NameField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({ min: 1, max: 100, trim: true, example: 'Cables', ...options });

const SlugField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({
    min: 1,
    max: 100,
    pattern: /^[a-z0-9]+(-[a-z0-9]+)*$/,
    example: 'cables',
    description: 'For addresses of pages; unique.',
    ...options,
  });

const ParentField = (options: FieldOptions = {}): PropertyDecorator =>
  IdField({ nullable: true, example: 1, description: 'The category above; null: it is a root.', ...options });

const PositionField = (options: FieldOptions = {}): PropertyDecorator =>
  IntegerField({
    min: 0,
    max: MAX_POSITION,
    example: 3,
    description: 'Among those with the same parent, the lowest first, equal ones by name; default 0.',
    ...options,
  });

/** The fields of a category; with `optional` any of them may be left out, as in a change. */
function categoryFields<O extends boolean>(optional: O) {
  class CategoryFields {
    @NameField({ optional })
    name: string;

    @SlugField({ optional })
    slug: string;

    @ParentField({ optional: true })
    parent_id?: number | null;

    @PositionField({ optional: true })
    position?: number;
  }
  return CategoryFields as O extends true ? Type<Partial<CategoryFields>> : Type<CategoryFields>;
}

export class CreateCategoryDto extends categoryFields(false) {}

/** Any field may be left out, and stays as it is. */
export class UpdateCategoryDto extends categoryFields(true) {}

export class CategoryResponseDto {
  @IdField()
  category_id: number;

  @NameField()
  name: string;

  @SlugField()
  slug: string;

  @ParentField()
  parent_id: number | null;

  @PositionField()
  position: number;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({
    min: 1,
    max: 2_147_483_647,
    example: 1,
    description: 'Rises with every change; send it in If-Match.',
  })
  version: number;
}

export class CategoryTreeDto {
  @ListField(() => CategoryResponseDto, { max: MAX_CATEGORIES, description: 'Every parent before its children.' })
  categories: CategoryResponseDto[];
}

export function toCategoryResponse(category: Category): CategoryResponseDto {
  return {
    category_id: category.categoryId,
    name: category.name,
    slug: category.slug,
    parent_id: category.parentId,
    position: category.position,
    created_at: category.createdAt.toISOString(),
    updated_at: category.updatedAt.toISOString(),
    version: category.version,
  };
}

export function categoryAnswer(category: Category): CachedAnswer {
  return resourceAnswer(toCategoryResponse(category));
}

export function categoryTreeAnswer(categories: readonly Category[]): CachedAnswer {
  return plainAnswer({ categories: categories.map(toCategoryResponse) });
}
