import type { Tx } from '@app/database';
import { type Address, type AddressInput, Clock, makeAddress } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InventoryClient, type OfferedLine, type RequestedLine } from '../stock/inventory.client.js';
import { mergeLines } from '../stock/requested-lines.js';
import { placeOf } from './place.js';
import { PricingSettings } from './pricing.settings.js';
import { type Quote, quote, type QuoteRequest } from './quote.js';
import type { ShippingMethod } from './shipping-method.entity.js';
import { ShippingMethodsRepository } from './shipping-methods.repository.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

export interface QuoteInput {
  items: Pick<RequestedLine, 'product_id' | 'quantity'>[];
  shipping_address?: AddressInput | null;
  shipping_method_id?: number | null;
}

export type ProductsQuote = Quote<OfferedLine, ShippingMethod>;
export type QuoteTerms = Omit<QuoteRequest<OfferedLine, ShippingMethod>, 'lines' | 'shippingMethodId'>;

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
    const [lines, terms] = await Promise.all([
      this.inventory.offers(mergeLines(items)),
      this.terms(shipping_address && makeAddress(shipping_address)),
    ]);
    return quote({ lines, ...terms, shippingMethodId: shipping_method_id ?? undefined });
  }

  /** Returns what prices depend on besides the lines and the chosen method, as it is now. */
  async terms(address: Address | null | undefined, tx?: Tx): Promise<QuoteTerms> {
    const place = address ? placeOf(address) : null;
    // One after the other in a transaction, which has one connection.
    const methods = await this.methods.active(tx);
    const rules = place ? await this.rates.forPlace(place, tx) : [];
    return { place, methods, rules, pricesIncludeTax: this.settings.pricesIncludeTax, at: this.clock.now() };
  }
}
