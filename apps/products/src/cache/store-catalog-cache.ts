import { createHash, randomUUID } from 'node:crypto';
import { Cache } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';
import { type CachedAnswer, CatalogCache, type CatalogChange, type Load, type Looked } from './catalog-cache.js';
import { AnswerStore } from './answer-store.js';

const MINUTES = 60_000;
const LIFETIMES = { product: 5 * MINUTES, inventory: 3 * MINUTES, list: 2 * MINUTES, generation: 1_440 * MINUTES };

const productKey = (id: number): string => `{product:${id}}:answer`;
const inventoryKey = (id: number): string => `{product:${id}}:inventory`;
const GENERATION_KEY = 'lists:generation';

interface Loading {
  answer: Promise<CachedAnswer>;
  /** Something was written since this load began: its readers may have it, the store may not. */
  outdated: boolean;
  storing?: Promise<void>;
}

/**
 * The cache on Nest's cache-manager: Redis where there is one, otherwise this process's memory. Concurrent readers of
 * one key share one load within the process. Across processes a load that began before a write may still store its
 * answer after it, for at most the lifetime.
 */
@Injectable()
export class StoreCatalogCache extends CatalogCache {
  private readonly loading = new Map<string, Loading>();

  constructor(
    private readonly store: Cache,
    private readonly answers: AnswerStore,
  ) {
    super();
  }

  override product(productId: number, load: Load): Promise<Looked> {
    return this.readThrough(productKey(productId), LIFETIMES.product, load);
  }

  override inventory(productId: number, load: Load): Promise<Looked> {
    return this.readThrough(inventoryKey(productId), LIFETIMES.inventory, load);
  }

  /** Lists live under a generation that every relevant write replaces; old ones are never read again and expire. */
  override async list(query: string, load: Load): Promise<Looked> {
    if (!this.answers.usable) return [await load(), 'BYPASS'];
    const generation = (await this.store.get<string>(GENERATION_KEY)) ?? (await this.nextGeneration());
    const key = `list:${generation}:${createHash('sha1').update(query).digest('base64url')}`;
    return this.readThrough(key, LIFETIMES.list, load);
  }

  override async forget({ products = [], inventory = [], lists = false }: CatalogChange): Promise<void> {
    const keys = [...products.map(productKey), ...inventory.map(inventoryKey)];
    // An answer that is being stored just now would otherwise arrive after its key was deleted.
    await Promise.all(keys.map((key) => this.outdate(key)));
    if (!this.answers.reachable) return;
    await Promise.all([
      keys.length > 0 && this.store.mdel(keys).catch(() => undefined),
      lists && this.nextGeneration(),
    ]);
  }

  private async outdate(key: string): Promise<void> {
    const loading = this.loading.get(key);
    if (!loading) return;
    loading.outdated = true;
    this.loading.delete(key);
    await loading.storing;
  }

  private async readThrough(key: string, lifetime: number, load: Load): Promise<Looked> {
    if (!this.answers.usable) return [await load(), 'BYPASS'];
    const kept = await this.store.get<string>(key);
    if (kept !== undefined) return [decode(kept), 'HIT'];
    return [await this.loadOnce(key, lifetime, load), 'MISS'];
  }

  private loadOnce(key: string, lifetime: number, load: Load): Promise<CachedAnswer> {
    const running = this.loading.get(key);
    if (running) return running.answer;
    const loading: Loading = { answer: load(), outdated: false };
    this.loading.set(key, loading);
    return this.keep(key, lifetime, loading).finally(() => {
      if (this.loading.get(key) === loading) this.loading.delete(key);
    });
  }

  private async keep(key: string, lifetime: number, loading: Loading): Promise<CachedAnswer> {
    const answer = await loading.answer;
    if (!loading.outdated) {
      loading.storing = this.store.set(key, encode(answer), lifetime).then(nothing, nothing);
      await loading.storing;
    }
    return answer;
  }

  private async nextGeneration(): Promise<string> {
    const generation = randomUUID();
    await this.store.set(GENERATION_KEY, generation, LIFETIMES.generation).catch(() => undefined);
    return generation;
  }
}

const nothing = (): void => undefined;

/** One line of headers, then the body: a string needs no parser that could take a customer's text for code. */
function encode({ json, ...headers }: CachedAnswer): string {
  return `${JSON.stringify(headers)}\n${json}`;
}

function decode(kept: string): CachedAnswer {
  const end = kept.indexOf('\n');
  return { ...(JSON.parse(kept.slice(0, end)) as Omit<CachedAnswer, 'json'>), json: kept.slice(end + 1) };
}
