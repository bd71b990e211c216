import { DomainError, formatMoney, parseMoney, STANDARD_TAX_CATEGORY } from '@app/kernel';
import type { Commands } from '@app/messaging';
import { inventoryUnavailable } from './stock.errors.js';

/** A product and a quantity that an order asks for. */
export interface RequestedLine {
  product_id: number;
  quantity: number;
  /** Minor units; the price the customer expects, never the price charged. */
  price_at_order?: number;
}

/** A product's current data. Price in minor units. */
export interface OfferedProduct {
  product_id: number;
  sku: string;
  name: string;
  price: number;
  weight_grams: number | null;
  tax_category: string;
}

/** A line with the product's current data. */
export interface OfferedLine extends OfferedProduct {
  quantity: number;
}

export interface SoldProduct extends OfferedProduct {
  /** Pieces that nobody has reserved. */
  available_quantity: number;
}

/** What was asked for, by product id: null for a product that is not sold. */
export type SoldProducts = ReadonlyMap<number, SoldProduct | null>;

/** A line whose stock is held. */
export type ReservedLine = OfferedLine;

export interface Reservation {
  currency: string;
  lines: ReservedLine[];
}

interface OffersAnswer {
  currency: string;
  items: {
    product_id: number;
    sku: string;
    name: string;
    price: string;
    /** Missing in answers of release 0.1, as is the category. */
    weight_grams?: number | null;
    tax_category?: string;
    /** Only in answers of `products.offers`. */
    available_quantity?: number;
  }[];
}

/** Asks the products service for prices, and to hold stock. */
export class InventoryClient {
  constructor(
    private readonly commands: Commands,
    /** ISO 4217, of the prices that customers expect. */
    private readonly currency: string,
  ) {}

  /** Reserves all lines or none; repeating it under the same ref changes nothing. */
  async reserve(orderRef: string, lines: readonly RequestedLine[]): Promise<Reservation> {
    const items = lines.map(({ product_id, quantity, price_at_order }) => ({
      product_id,
      quantity,
      ...(price_at_order !== undefined && { expected_price: formatMoney(price_at_order, this.currency) }),
    }));
    try {
      const answer = await this.commands.ask<OffersAnswer>(
        'inventory.reserve',
        { order_ref: orderRef, items },
        { idempotent: true },
      );
      return { currency: answer.currency, lines: lines.map((line) => snapshot(line, answer)) };
    } catch (error) {
      throw isUnavailable(error) ? inventoryUnavailable(error) : error;
    }
  }

  /**
   * Returns the lines with the products' current data, and holds nothing.
   *
   * @throws DomainError `unknown-product`
   */
  async offers(lines: readonly RequestedLine[]): Promise<OfferedLine[]> {
    const product_ids = lines.map(({ product_id }) => product_id);
    const answer = await this.commands.ask<OffersAnswer>('products.offers', { product_ids }, { idempotent: true });
    return lines.map((line) => snapshot(line, answer));
  }

  /** Returns which of the products are sold, with their current data, and holds nothing. */
  async sold(productIds: readonly number[]): Promise<SoldProducts> {
    if (productIds.length === 0) return new Map();
    const request = { product_ids: productIds, omit_unknown: true };
    const answer = await this.commands.ask<OffersAnswer>('products.offers', request, { idempotent: true });
    const sold = new Map(answer.items.map((item) => [item.product_id, item]));
    return new Map(
      productIds.map((id) => {
        const available_quantity = sold.get(id)?.available_quantity ?? 0;
        return [id, sold.has(id) ? { ...productIn(answer, id), available_quantity } : null];
      }),
    );
  }

  /** Releases the stock, and refuses a reservation that arrives later. Only for an abandoned ref. */
  async release(orderRef: string): Promise<void> {
    await this.commands.ask('inventory.release', { order_ref: orderRef }, { idempotent: true });
  }
}

/** An ended reservation is not the client's fault either: the next attempt gets a new ref. */
function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'service-unavailable' || error.code === 'reservation-ended');
}

const snapshot = ({ product_id, quantity }: RequestedLine, answer: OffersAnswer): OfferedLine => ({
  ...productIn(answer, product_id),
  quantity,
});

function productIn({ currency, items }: OffersAnswer, product_id: number): OfferedProduct {
  const item = items.find((candidate) => candidate.product_id === product_id);
  const price = parseMoney(item?.price, currency);
  if (!item || price === undefined)
    throw new Error(`The products service answered without a price for product ${product_id}.`);
  const { sku, name, weight_grams = null, tax_category = STANDARD_TAX_CATEGORY } = item;
  return { product_id, sku, name, price, weight_grams, tax_category };
}
