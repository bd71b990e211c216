import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { unknownProducts } from '../reservations/reservations.errors.js';
import type { Snapshot } from '../reservations/reservations.service.js';
import { ProductsRepository } from './products.repository.js';

/** What products cost now, without holding any. */
@Injectable()
export class OffersService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly settings: ProductsSettings,
  ) {}

  /** @throws DomainError `unknown-product` */
  async of(productIds: readonly number[]): Promise<Snapshot> {
    const found = await this.products.findAll(productIds);
    const missing = productIds.filter((_, index) => found[index]?.status !== 'active');
    if (missing.length > 0) throw unknownProducts(missing);
    const items = found.flatMap((product) => {
      if (!product) return [];
      const { productId: product_id, sku, name, price, weightGrams: weight_grams, taxCategory: tax_category } = product;
      return [{ product_id, sku, name, price, weight_grams, tax_category }];
    });
    return { currency: this.settings.currency, items };
  }
}
