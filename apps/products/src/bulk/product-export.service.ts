import { formatMoney } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Readable } from 'node:stream';
import { BulkRepository, type ExportedProduct } from './bulk.repository.js';
import { toText } from './cells.js';
import { COLUMNS, FILE_CURRENCY, type FileFormat } from './product-file.js';

const AT_ONCE = 1_000;

/** Empty text (unlike no text), blanks at an end (an import trims them), and separators of cells or records. */
const NEEDS_QUOTES = /^$|^\s|\s$|[\r\n\t;]/;

/** Exports the products on sale. Importing the file into an empty catalog restores the same products and stock. */
@Injectable()
export class ProductExportService {
  constructor(
    private readonly products: BulkRepository,
    @Inject(FILE_CURRENCY) private readonly currency: string,
  ) {}

  /** Reads by id, as fast as the stream is consumed. It may contain products created meanwhile, but none twice. */
  stream(format: FileFormat): Readable {
    if (format === 'ndjson') return Readable.from(this.ndjson());
    const csv = stringify({
      header: true,
      columns: [...COLUMNS],
      quoted_match: NEEDS_QUOTES,
      cast: { string: toText },
    });
    return Readable.from(this.lines()).pipe(csv);
  }

  private async *ndjson(): AsyncGenerator<string> {
    for await (const line of this.lines()) yield `${JSON.stringify(line)}\n`;
  }

  private async *lines(): AsyncGenerator<Record<(typeof COLUMNS)[number], unknown>> {
    for (let last = 0; ;) {
      const products = await this.products.listAfter(last, AT_ONCE);
      for (const product of products) yield asLine(product, this.currency);
      if (products.length < AT_ONCE) return;
      last = products.at(-1)?.productId ?? last;
    }
  }
}

function asLine(product: ExportedProduct, currency: string): Record<(typeof COLUMNS)[number], unknown> {
  const { sku, name, description, category, price, weightGrams, taxCategory, stock, warehouseLocation } = product;
  return {
    sku,
    name,
    description,
    category,
    price: formatMoney(price, currency),
    weight_grams: weightGrams,
    tax_category: taxCategory,
    initial_stock: stock,
    warehouse_location: warehouseLocation,
  };
}
