import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { unknownProducts } from '../reservations/reservations.errors.js';
import type { Offer } from '../reservations/basket.js';
import { type CatalogProduct, ProductsRepository } from './products.repository.js';

export interface Offers {
  currency: string;
  /** Prices are in minor units. */
  items: readonly Offer[];
}

/** What products cost now, without holding any. */
@Injectable()
export class OffersService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly settings: ProductsSettings,
  ) {}

  /** @throws DomainError `unknown-product`, unless those are omitted */
  async of(
    productIds: readonly number[],
    { omitUnknown = false }: { omitUnknown?: boolean | undefined } = {},
  ): Promise<Offers> {
    const found = await this.products.findAll(productIds);
    const sold = found.filter((product) => product?.status === 'active');
    if (!omitUnknown && sold.length < found.length)
      throw unknownProducts(productIds.filter((_, index) => found[index]?.status !== 'active'));
    return { currency: this.settings.currency, items: sold.flatMap((product) => (product ? [offerOf(product)] : [])) };
  }
}

const offerOf = ({ productId, weightGrams, taxCategory, availableQuantity, ...product }: CatalogProduct): Offer => ({
  product_id: productId,
  sku: product.sku,
  name: product.name,
  price: product.price,
  weight_grams: weightGrams,
  tax_category: taxCategory,
  available: availableQuantity,
});
