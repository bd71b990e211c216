import { STANDARD_TAX_CATEGORY } from '@app/kernel';
import type { NewProduct, ProductChanges } from './products.repository.js';

/** What may be said of a product. */
export interface ProductFields {
  sku: string;
  name: string;
  price: number;
  description?: string | null;
  category?: string | null;
  weight_grams?: number | null;
  tax_category?: string;
}

export interface ProductInput extends ProductFields {
  initial_stock?: number;
  warehouse_location?: string | null;
}

/** Fields that are left out have their defaults. */
export function newProduct(fields: ProductFields): NewProduct {
  const { sku, name, price, description = null, category = null } = fields;
  const { weight_grams: weightGrams = null, tax_category: taxCategory = STANDARD_TAX_CATEGORY } = fields;
  return { sku, name, price, description, category, weightGrams, taxCategory };
}

/** Fields that are left out stay as they are. */
export function changesOf({
  weight_grams,
  tax_category,
  ...others
}: Partial<Omit<ProductFields, 'sku'>>): ProductChanges {
  return {
    ...others,
    ...(weight_grams !== undefined && { weightGrams: weight_grams }),
    ...(tax_category !== undefined && { taxCategory: tax_category }),
  };
}
