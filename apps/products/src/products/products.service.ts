import { Database } from '@app/database';
import { assertVersion, linkHeader, pageResponse, type PageRequest, type RawJson } from '@app/http';
import { Idempotency } from '@app/idempotency';
import { type Caller, Clock, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { listAnswer, resourceAnswer, toRawJson } from '../cache/answers.js';
import { type CachedAnswer, CatalogCache } from '../cache/catalog-cache.js';
import { StockLedger } from '../inventory/stock-ledger.js';
import { type ProductResponseDto, toProductResponse } from './dto/product-response.dto.js';
import { noSuchProduct, skuImmutable, skuTaken, stockReserved } from './products.errors.js';
import { type ProductChanges, type ProductFilter, ProductsRepository } from './products.repository.js';

export interface ProductInput {
  sku: string;
  name: string;
  price: number;
  description?: string | null;
  category?: string | null;
  initial_stock?: number;
  warehouse_location?: string | null;
}

@Injectable()
export class ProductsService {
  constructor(
    private readonly database: Database,
    private readonly products: ProductsRepository,
    private readonly ledger: StockLedger,
    private readonly cache: CatalogCache,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** Staff also see archived products, and never a cached answer. */
  async show(productId: number, caller?: Caller): Promise<RawJson> {
    const isStaff = seesArchived(caller);
    const load = async (): Promise<CachedAnswer> => {
      const product = await this.products.getById(productId);
      if (product.status === 'archived' && !isStaff) throw noSuchProduct();
      return resourceAnswer(toProductResponse(product));
    };
    return toRawJson(isStaff ? [await load(), 'BYPASS'] : await this.cache.product(productId, load));
  }

  /** `url` is the list's own address, from which its links are made. */
  async list(
    filter: Omit<ProductFilter, 'active_only'>,
    request: PageRequest,
    url: string,
    caller?: Caller,
  ): Promise<RawJson> {
    const isStaff = seesArchived(caller);
    const load = async (): Promise<CachedAnswer> => {
      const page = await this.products.list({ ...filter, active_only: !isStaff }, request);
      const body = pageResponse('products', { ...page, items: page.items.map(toProductResponse) }, request);
      return listAnswer(body, linkHeader(url, body));
    };
    const query = JSON.stringify([filter, request]);
    return toRawJson(isStaff ? [await load(), 'BYPASS'] : await this.cache.list(query, load));
  }

  async create(input: ProductInput, by: number): Promise<ProductResponseDto> {
    const { initial_stock = 0, warehouse_location = null, description = null, category = null, ...rest } = input;
    const body = await this.unlessSkuTaken(
      this.database.transaction(async (tx) => {
        const product_id = await this.products.insert(tx, { ...rest, description, category }, this.clock.now());
        await this.ledger.open(tx, { product_id, stock_quantity: initial_stock, warehouse_location, by });
        const created = toProductResponse(await this.products.getById(product_id, tx));
        await this.idempotency.commit(tx, created);
        return created;
      }),
    );
    await this.cache.forget({ lists: true });
    return body;
  }

  /** `version` is the one the client has read, if it says so. */
  async change(
    productId: number,
    input: ProductChanges & { sku?: string },
    version?: number,
  ): Promise<ProductResponseDto> {
    const { sku, ...changes } = input;
    const body = await this.database.transaction(async (tx) => {
      const product = await this.products.lockForChange(tx, productId, this.clock.now());
      assertVersion(product.version - 1, version);
      if (sku !== undefined && sku !== product.sku) throw skuImmutable();
      await this.products.change(tx, product, changes);
      return toProductResponse(await this.products.getById(productId, tx));
    });
    await this.cache.forget({ products: [productId], lists: true });
    return body;
  }

  /** Takes the product out of sale for good; archiving it twice changes nothing. */
  async archive(productId: number, version?: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const product = await this.products.lockForChange(tx, productId, this.clock.now());
      assertVersion(product.version - 1, version);
      if (product.status === 'archived') return;
      if (!(await this.ledger.close(tx, productId))) throw stockReserved();
      await this.products.archive(tx, productId);
    });
    await this.cache.forget({ products: [productId], inventory: [productId], lists: true });
  }

  private async unlessSkuTaken<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.products.isSkuTaken(error) ? skuTaken() : error;
    }
  }
}

function seesArchived(caller: Caller | undefined): boolean {
  return caller !== undefined && hasRole(caller, 'staff');
}
