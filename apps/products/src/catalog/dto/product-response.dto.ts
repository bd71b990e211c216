import {
  BooleanField,
  CurrencyField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  TextField,
  TimeField,
} from '@app/http';
import { formatMoney, type ListRequest } from '@app/kernel';
import { listAnswer, resourceAnswer } from '../../cache/answers.js';
import type { CachedAnswer } from '../../cache/catalog-cache.js';
import { MAX_STOCK } from '../../stock/inventory.errors.js';
import type { ProductPage } from '../catalog.service.js';
import { PRODUCT_STATUSES, type ProductStatus } from '../product.entity.js';
import type { CatalogProduct } from '../products.repository.js';
import type { OptionValues } from '../option-values.js';
import { CategoryIdsField } from './category-fields.js';
import { OptionValuesField } from './option-fields.js';
import { PictureDto } from './picture.dto.js';
import { TaxCategoryField, WeightField } from './pricing-fields.js';

export class ProductResponseDto {
  @IdField()
  product_id: number;

  @TextField({ min: 1, max: 100, example: 'MOUSE-01' })
  sku: string;

  @TextField({ min: 1, max: 255, example: 'Wireless Mouse' })
  name: string;

  @TextField({ min: 0, max: 5000, nullable: true, example: 'Three buttons, two years on one battery.' })
  description: string | null;

  @TextField({
    min: 1,
    max: 100,
    nullable: true,
    example: 'Accessories',
    description: 'The name of the main category, or a text where there are no `category_ids`.',
  })
  category: string | null;

  @CategoryIdsField({ description: 'The categories that the product is in, the main one first.' })
  category_ids: number[];

  @MoneyField()
  price: string;

  @CurrencyField()
  currency: string;

  @WeightField()
  weight_grams: number | null;

  @TaxCategoryField()
  tax_category: string;

  @IdField({ nullable: true, example: null, description: 'The product group whose variant it is.' })
  group_id: number | null;

  @OptionValuesField({ nullable: true, example: null, description: 'By what it differs from the other variants.' })
  option_values: OptionValues | null;

  @EnumField(PRODUCT_STATUSES)
  status: ProductStatus;

  @BooleanField({ example: true, description: 'Whether some are available, for showing.' })
  in_stock: boolean;

  @IntegerField({
    min: 0,
    max: MAX_STOCK,
    example: 22,
    description:
      'Pieces that nobody holds, for showing. In a list this number may be two minutes old, in_stock is not.',
  })
  available_quantity: number;

  @ListField(() => PictureDto, { max: 20, description: 'In the order in which staff want them shown.' })
  images: PictureDto[];

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({
    min: 1,
    max: 2_147_483_647,
    example: 1,
    description:
      'Rises with every change but those of the stock; send it in If-Match, or the ETag, which begins with it.',
  })
  version: number;
}

export function toProductResponse(product: CatalogProduct): ProductResponseDto {
  return {
    product_id: product.productId,
    sku: product.sku,
    name: product.name,
    description: product.description,
    category: product.category,
    category_ids: product.categoryIds,
    price: formatMoney(product.price, product.currency),
    currency: product.currency,
    weight_grams: product.weightGrams,
    tax_category: product.taxCategory,
    group_id: product.groupId,
    option_values: product.optionValues,
    status: product.status,
    in_stock: product.availableQuantity > 0,
    available_quantity: product.availableQuantity,
    images: product.pictures,
    created_at: product.createdAt.toISOString(),
    updated_at: product.updatedAt.toISOString(),
    version: product.version,
  };
}

/** The entity tag includes the available pieces, which change without a new version. */
export function productAnswer(product: CatalogProduct): CachedAnswer {
  return resourceAnswer(toProductResponse(product), product.availableQuantity);
}

export function productListAnswer(page: ProductPage, request: ListRequest): CachedAnswer {
  const { facets } = page;
  const more = facets && { facets: facets.values, facets_are_exact: facets.exact };
  return listAnswer('products', page, request, toProductResponse, more);
}
