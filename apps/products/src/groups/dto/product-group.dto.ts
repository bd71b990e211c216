import { IdField, IntegerField, ListField, pageDto, TextField, TextListField, TimeField } from '@app/http';
import type { ListRequest, Page } from '@app/kernel';
import type { Type } from '@nestjs/common';
import { crc32 } from 'node:zlib';
import { listAnswer, resourceAnswer } from '../../cache/answers.js';
import type { CachedAnswer } from '../../cache/catalog-cache.js';
import { MAX_OPTIONS, OPTION_NAME, OPTION_VALUE_LENGTH } from '../../catalog/option-values.js';
import { ProductResponseDto, toProductResponse } from '../../catalog/dto/product-response.dto.js';
import { MAX_VARIANTS } from '../groups.errors.js';
import type { GroupWithVariants } from '../groups.service.js';
import type { ProductGroup } from '../product-group.entity.js';

export class GroupOptionDto {
  @TextField({ ...OPTION_NAME, min: 1, trim: true, example: 'size' })
  name: string;

  @TextListField({
    ...{ min: 1, max: MAX_VARIANTS, length: OPTION_VALUE_LENGTH },
    ...{ example: ['S', 'M', 'L'], description: 'In the order in which they are shown.' },
  })
  values: string[];
}

/** The fields of a group; with `optional` any of them may be left out, as in a change. */
function groupFields<O extends boolean>(optional: O) {
  class GroupFields {
    @TextField({ min: 1, max: 255, trim: true, optional, example: 'T-shirt' })
    name: string;

    @TextField({ min: 0, max: 5000, optional: true, nullable: true, example: 'Of heavy cotton.' })
    description?: string | null;

    @ListField(() => GroupOptionDto, {
      ...{ optional, min: 1, max: MAX_OPTIONS },
      description: 'By what the variants differ. A change replaces all of them; those that variants have must stay.',
    })
    options: GroupOptionDto[];
  }
  return GroupFields as O extends true ? Type<Partial<GroupFields>> : Type<GroupFields>;
}

export class CreateProductGroupDto extends groupFields(false) {}

/** Any field may be left out, and stays as it is. */
export class UpdateProductGroupDto extends groupFields(true) {}

/** A group as lists show it. */
export class ProductGroupSummaryDto {
  @IdField()
  group_id: number;

  @TextField({ min: 1, max: 255, example: 'T-shirt' })
  name: string;

  @TextField({ min: 0, max: 5000, nullable: true, example: 'Of heavy cotton.' })
  description: string | null;

  @ListField(() => GroupOptionDto, { max: MAX_OPTIONS })
  options: GroupOptionDto[];

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({
    ...{ min: 1, max: 2_147_483_647, example: 1 },
    description:
      'Rises with every change but those of variants; send it in If-Match, or the ETag, which begins with it.',
  })
  version: number;
}

export class ProductGroupResponseDto extends ProductGroupSummaryDto {
  @ListField(() => ProductResponseDto, {
    max: MAX_VARIANTS,
    description: 'Those on sale, in the order of the options’ values.',
  })
  variants: ProductResponseDto[];
}

export class ProductGroupListDto extends pageDto('product_groups', ProductGroupSummaryDto) {}

function toSummary(group: ProductGroup): ProductGroupSummaryDto {
  return {
    group_id: group.groupId,
    name: group.name,
    description: group.description,
    options: group.options,
    created_at: group.createdAt.toISOString(),
    updated_at: group.updatedAt.toISOString(),
    version: group.version,
  };
}

export function toProductGroupResponse({ group, variants }: GroupWithVariants): ProductGroupResponseDto {
  return { ...toSummary(group), variants: variants.map(toProductResponse) };
}

/** The entity tag includes the variants, which change without a new version of the group. */
export function groupAnswer(found: GroupWithVariants): CachedAnswer {
  const body = toProductGroupResponse(found);
  return resourceAnswer(body, crc32(JSON.stringify(body.variants)));
}

export function groupListAnswer(page: Page<ProductGroup>, request: ListRequest): CachedAnswer {
  return listAnswer('product_groups', page, request, toSummary);
}
