import { AuditLog } from '@app/audit';
import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Invalidations } from '../cache/invalidations.js';
import { StockLedger } from '../stock/stock-ledger.js';
import { newProduct } from '../catalog/product-fields.js';
import { BulkRepository, type ProductLine } from './bulk.repository.js';
import { differences, type Outcome, outcomeOf } from './differences.js';
import type { FileFormat, SourceLine } from './product-file.js';
import { RecordRules, type Rejected } from './record-rules.js';

export type { Rejected } from './record-rules.js';

export interface ImportOptions {
  format: FileFormat;
  /** Name of the file, for the audit log. */
  file: string;
  operator: string;
  /** Compares and counts, and writes nothing. */
  dryRun: boolean;
  /** Awaited before the next line is read. */
  onReject: (rejected: Rejected) => Promise<void>;
  onProgress: (counts: Counts, bytes: number) => void;
}

/** Counts of lines so far. A dry run remembers nothing, so it counts a new sku as new each time it occurs. */
export interface Counts extends Outcome {
  rejected: number;
}

interface Batch {
  products: ProductLine[];
  lines: [first: number, last: number];
  bytes: number;
}

const BATCH = 500;
/** A batch is retried if another process inserts the same sku meanwhile. */
const ATTEMPTS = 5;

/**
 * Imports the lines of a file by sku: inserts new products with their first stock, updates those that differ, and
 * leaves equal ones unchanged. Each batch is one transaction, so an interrupted import is simply run again. Stock and
 * location apply only to new products; later only the inventory endpoints change them.
 */
@Injectable()
export class ProductImportService {
  // eslint-disable-next-line max-params -- an import writes products, stock, cache and audit in one transaction
  constructor(
    private readonly rules: RecordRules,
    private readonly database: Database,
    private readonly products: BulkRepository,
    private readonly ledger: StockLedger,
    private readonly invalidations: Invalidations,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws any error of reading the file; the records read before are imported */
  async run(source: AsyncIterable<SourceLine>, options: ImportOptions): Promise<Counts> {
    const counts: Counts = { inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
    let writing: Promise<void> = Promise.resolve();
    const finish = async (batch: Batch): Promise<void> => {
      const outcome = options.dryRun ? await this.compare(batch) : await this.write(batch, options);
      for (const key of ['inserted', 'updated', 'unchanged'] as const) counts[key] += outcome[key];
      options.onProgress(counts, batch.bytes);
    };
    const reject = async (rejected: Rejected): Promise<void> => {
      counts.rejected++;
      await options.onReject(rejected);
    };
    try {
      for await (const batch of this.batches(source, options.format, reject)) {
        await writing;
        // Reads the next batch while this one is written.
        writing = finish(batch);
        writing.catch(() => undefined);
      }
    } finally {
      await writing;
    }
    return counts;
  }

  /** Starts a new batch at a repeated sku, so that its last line wins. */
  private async *batches(
    source: AsyncIterable<SourceLine>,
    format: FileFormat,
    reject: (rejected: Rejected) => Promise<void>,
  ): AsyncGenerator<Batch> {
    let products = new Map<string, ProductLine>();
    let [first, last, bytes] = [0, 0, 0];
    const take = (): Batch => {
      const batch: Batch = { products: [...products.values()], lines: [first, last], bytes };
      products = new Map();
      return batch;
    };
    let failure: Error | undefined;
    try {
      for await (const found of source) {
        const product = this.rules.read(found, format);
        if ('reason' in product) {
          await reject(product);
          continue;
        }
        if (products.size >= BATCH || products.has(product.sku)) yield take();
        if (products.size === 0) first = found.line;
        [last, bytes] = [found.line, found.bytes];
        products.set(product.sku, product);
      }
    } catch (error) {
      failure = error as Error;
    }
    if (products.size > 0) yield take();
    if (failure) throw failure;
  }

  private async compare({ products }: Batch): Promise<Outcome> {
    const { fresh, changed } = differences(products, await this.products.findBySku(products.map(({ sku }) => sku)));
    return outcomeOf(products, fresh, changed);
  }

  private async write(batch: Batch, { operator, file }: ImportOptions): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(batch, { operator, file });
      } catch (error) {
        if (attempt >= ATTEMPTS || !this.database.isDuplicate(error, 'sku')) throw error;
      }
    }
  }

  private async attempt(batch: Batch, { operator, file }: { operator: string; file: string }): Promise<Outcome> {
    const { products, lines } = batch;
    const { outcome, change } = await this.database.transaction(async (tx) => {
      const stored = await this.products.findBySku(
        products.map(({ sku }) => sku),
        tx,
      );
      const { fresh, changed } = differences(products, stored);
      const outcome = outcomeOf(products, fresh, changed);
      if (fresh.length + changed.length === 0) return { outcome, change: null };
      const now = this.clock.now();
      const created = await this.insert(tx, fresh, now);
      for (const product of changed) await this.products.update(tx, product, now);
      const updated = changed.map(({ productId }) => productId);
      const after = { lines, ...outcome };
      await this.audit.record({ operator, action: 'products.import', target: file, before: null, after }, tx);
      // The cache may also hold that a new product does not exist.
      const all = { products: [...created, ...updated], inventory: created, lists: true };
      return { outcome, change: await this.invalidations.record(tx, all) };
    });
    if (change) await this.invalidations.carryOut(change);
    return outcome;
  }

  private async insert(tx: Tx, fresh: readonly ProductLine[], now: Date): Promise<number[]> {
    if (fresh.length === 0) return [];
    const ids = await this.products.insert(tx, fresh.map(newProduct), now);
    const opening = fresh.map(({ sku, initial_stock = 0, warehouse_location = null }) => ({
      product_id: idOf(ids, sku),
      stock_quantity: initial_stock,
      warehouse_location,
    }));
    await this.ledger.open(tx, opening);
    return opening.map(({ product_id }) => product_id);
  }
}

function idOf(ids: ReadonlyMap<string, number>, sku: string): number {
  const id = ids.get(sku);
  if (id === undefined) throw new Error('A product that was just inserted is not there.');
  return id;
}
