import { type AddressInput, Clock, makeAddress } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InventoryClient, type OfferedLine, type RequestedLine } from '../stock/inventory.client.js';
import { mergeLines } from '../stock/requested-lines.js';
import { placeOf } from './place.js';
import { PricingSettings } from './pricing.settings.js';
import { type Quote, quote } from './quote.js';
import type { ShippingMethod } from './shipping-method.entity.js';
import { ShippingMethodsRepository } from './shipping-methods.repository.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

export interface QuoteInput {
  items: Pick<RequestedLine, 'product_id' | 'quantity'>[];
  shipping_address?: AddressInput | null;
  shipping_method_id?: number | null;
}

export type ProductsQuote = Quote<OfferedLine, ShippingMethod>;

/** Says what products would cost now. Nothing is stored or reserved. */
@Injectable()
export class QuotesService {
  constructor(
    private readonly inventory: InventoryClient,
    private readonly methods: ShippingMethodsRepository,
    private readonly rates: TaxRatesRepository,
    private readonly settings: PricingSettings,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `unknown-product`, `shipping-method-unavailable` */
  async quote({ items, shipping_address, shipping_method_id }: QuoteInput): Promise<ProductsQuote> {
    const place = shipping_address ? placeOf(makeAddress(shipping_address)) : null;
    const [lines, methods, rules] = await Promise.all([
      this.inventory.offers(mergeLines(items)),
      this.methods.active(),
      place ? this.rates.forPlace(place) : [],
    ]);
    const { pricesIncludeTax } = this.settings;
    const shippingMethodId = shipping_method_id ?? undefined;
    return quote({ lines, place, shippingMethodId, methods, rules, pricesIncludeTax, at: this.clock.now() });
  }
}
