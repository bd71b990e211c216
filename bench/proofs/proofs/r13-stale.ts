import { atLeast, exactly, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { between, load, settle, sleep } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { expectStatus, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const LANES = 4;
/** The relay takes over after two seconds. */
const RELAY_MS = 15_000;

interface Raced {
  product: number;
  /** Whose variant it is. */
  group: number;
  version: number;
}

/** One process writes while two others load the same product, its list and its group, and read each other's cached results. */
export const stale: Proof = {
  name: 'R13',
  alias: 'stale',
  failure: 'a stale value is cached after a write',
  mutants: ['stores-without-lease', 'invalidation-beside-outbox', 'groups-not-forgotten'],
  async run(stage: Stage) {
    const races = stage.amount(1_500, 100);
    const crashes = stage.amount(5, 1);
    const platform = await stage.platform({
      services: ['users', 'products'],
      preloads: ['preloads/slow-loads', 'preloads/dying-writers'],
    });
    const readers = [await platform.another('products'), await platform.another('products')].map(({ url }) => url);
    const catalog = new Catalog(await Shop.open(platform), platform, readers);
    const raced: Raced[] = await Promise.all(Array.from({ length: LANES }, () => catalog.add()));
    let [done, staleReads, kept] = [0, 0, 0];
    await load(
      LANES,
      () => done >= races,
      async (lane) => {
        done++;
        const race = raced[lane] as Raced;
        staleReads += await catalog.race(race);
        kept += await catalog.staleNow(race);
        stage.progress(`${done} of ${races} races`);
      },
    );
    let lost = 0;
    for (let crash = 0; crash < crashes; crash++) {
      lost += await catalog.crash(raced[crash % LANES] as Raced);
      stage.progress(`${crash + 1} of ${crashes} crashes`);
    }
    return [
      exactly('races', Math.min(done, races), races),
      none('stale answers', staleReads),
      none('stale afterwards', kept),
      exactly('crashes after the commit', crashes, crashes),
      none('stale after a crash', lost),
      atLeast('hits among them', catalog.hits, races),
      info('reads', catalog.reads),
    ];
  },
};

class Catalog {
  reads = 0;
  hits = 0;

  constructor(
    private readonly shop: Shop,
    private readonly platform: ProofPlatform,
    private readonly readers: readonly string[],
  ) {}

  async add(): Promise<Raced> {
    const { url } = this.platform.services.products;
    const add = async (path: string, body: object) =>
      expectStatus(201, await ask(`${url}${path}`, { method: 'POST', token: this.shop.admin, body })).body;
    const options = [{ name: 'size', values: ['M'] }];
    const group = Number((await add('/product-groups', { name: 'T-shirt', options }))['group_id']);
    const variant = { sku: `RACED-${group}`, price: '5', option_values: { size: 'M' }, initial_stock: 5 };
    const { product_id } = await add(`/product-groups/${group}/variants`, variant);
    return { product: Number(product_id), group, version: 1 };
  }

  /**
   * A first write empties the cache, so that readers some milliseconds before and after the second write load. Reads
   * that begin after its response must show it.
   */
  async race(race: Raced): Promise<number> {
    await this.write(this.platform.services.products.url, race.product);
    const early = this.readers.map(async (url) => {
      await sleep(between(0, 10));
      await this.versions(url, race);
    });
    await sleep(between(0, 20));
    race.version = await this.write(this.platform.services.products.url, race.product);
    const late = this.staleNow(race);
    await Promise.all(early);
    return late;
  }

  /** The number of readers, including the writer, that show an older version, as one product, in a list or in its group. */
  async staleNow(race: Raced): Promise<number> {
    const everybody = [this.platform.services.products.url, ...this.readers];
    const shown = await Promise.all(everybody.map((url) => this.versions(url, race)));
    return shown.flat().filter((seen) => seen < race.version).length;
  }

  /** The writer dies before it invalidates; returns the number of readers that stay stale. */
  async crash(race: Raced): Promise<number> {
    await this.staleNow(race);
    const writer = await this.platform.another('products', { DIES_AFTER_COMMIT: 'yes' });
    await this.write(writer.url, race.product).catch(() => undefined);
    await writer.kill();
    race.version++;
    return settle(
      RELAY_MS,
      () => this.staleNow(race),
      (count) => count === 0,
    );
  }

  private async write(url: string, product: number): Promise<number> {
    const body = { price: between(1, 99).toFixed(2) };
    const request = { method: 'PUT' as const, token: this.shop.admin, body };
    return Number(expectStatus(200, await ask(`${url}/products/${product}`, request)).body['version']);
  }

  private async versions(url: string, { product, group }: Raced): Promise<number[]> {
    const answers = await Promise.all([
      ask(`${url}/products/${product}`),
      ask(`${url}/products?ids=${product}&with_total=false`),
      ask(`${url}/product-groups/${group}`),
    ]);
    this.reads += answers.length;
    this.hits += answers.filter(({ headers }) => headers['x-cache'] === 'HIT').length;
    const [one, list, whole] = answers.map(({ body }) => body as Partial<Record<string, { version: number }[]>>);
    const shown = [one, list?.['products']?.[0], whole?.['variants']?.[0]];
    return shown.map((each) => Number((each as { version: number } | undefined)?.version));
  }
}
