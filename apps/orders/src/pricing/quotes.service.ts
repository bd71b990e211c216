import { isDeepStrictEqual } from 'node:util';
import type { Tx } from '@app/database';
import { type AddressInput, Clock, makeAddress } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { InventoryClient, type OfferedLine, type RequestedLine } from '../stock/inventory.client.js';
import { mergeLines } from '../stock/requested-lines.js';
import { type Place, placeOf } from './place.js';
import { PricingSettings } from './pricing.settings.js';
import { type Quote, quote, type QuoteRequest } from './quote.js';
import { reaches } from './shipping.js';
import type { ShippingMethod } from './shipping-method.entity.js';
import { ShippingMethodsRepository } from './shipping-methods.repository.js';
import type { TaxRate } from './tax-rate.entity.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

/** What a customer says that prices depend on, besides the items. */
export interface ShippingChoice {
  shipping_address?: AddressInput | null;
  shipping_method_id?: number | null;
}

export interface QuoteInput extends ShippingChoice {
  items: Pick<RequestedLine, 'product_id' | 'quantity'>[];
}

export type ProductsQuote = Quote<OfferedLine, ShippingMethod>;

/** What prices depend on besides the lines, as it is in the tables. */
export type Terms = Pick<QuoteRequest<OfferedLine, ShippingMethod>, 'place' | 'shippingMethodId' | 'methods' | 'rules'>;

/** Says what products cost. Nothing is stored or reserved. */
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
  async quote({ items, ...choice }: QuoteInput): Promise<ProductsQuote> {
    const [lines, terms] = await Promise.all([this.inventory.offers(mergeLines(items)), this.allTerms(choice)]);
    return this.price(lines, terms);
  }

  /** Reads what an order's price depends on, and no more: without an address no rates, without a method no methods. */
  terms(choice: ShippingChoice): Promise<Terms> {
    return this.read(choice, typeof choice.shipping_method_id === 'number');
  }

  /** As `terms`, with all methods, so that the quote says which are open. */
  allTerms(choice: ShippingChoice, tx?: Tx): Promise<Terms> {
    return this.read(choice, true, tx);
  }

  /** @throws DomainError `shipping-method-unavailable` */
  price(lines: readonly OfferedLine[], terms: Terms, at = this.clock.now()): ProductsQuote {
    return quote({ ...terms, lines, pricesIncludeTax: this.settings.pricesIncludeTax, at });
  }

  /** Whether the price of one place is that of the other, as rates and methods are now; without a method nothing is shipped. */
  async arePricedAlike(one: Place | null, other: Place | null, shippingMethodId: number | null): Promise<boolean> {
    if (isDeepStrictEqual(one, other)) return true;
    const [here, there, method] = await Promise.all([
      one ? this.rates.forPlace(one) : [],
      other ? this.rates.forPlace(other) : [],
      shippingMethodId === null ? null : this.methods.find(shippingMethodId),
    ]);
    const ids = (rates: TaxRate[]) => rates.map(({ taxRateId }) => taxRateId).sort((a, b) => a - b);
    const isReached =
      shippingMethodId === null || one?.country === other?.country || (method && reaches(method, other));
    return isDeepStrictEqual(ids(here), ids(there)) && Boolean(isReached);
  }

  private async read(
    { shipping_address, shipping_method_id }: ShippingChoice,
    withMethods: boolean,
    tx?: Tx,
  ): Promise<Terms> {
    const place = shipping_address ? placeOf(makeAddress(shipping_address)) : null;
    const [methods, rules] = await Promise.all([
      withMethods ? this.methods.active(tx) : [],
      place ? this.rates.forPlace(place, tx) : [],
    ]);
    return { place, shippingMethodId: shipping_method_id ?? undefined, methods, rules };
  }
}
