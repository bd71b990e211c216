import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ProductsService } from '../../../../test/support/products-service.js';
import { CreateProductWords20261129000015 } from '../database/migrations/20261129000015-create-product-words.js';
import { WordsSweeper } from './words.sweeper.js';

/** A small catalog in many languages, oldest first. */
const CATALOG: [sku: string, name: string, description?: string][] = [
  ['MOUSE-01', 'Wireless Mouse', 'Three buttons, two years on one battery.'],
  ['PAD-7', 'Pad', 'For every mouse.'],
  ['MOUSEPAD-7', 'Mousepad'],
  ['BAT-AA', 'Batteries AA, pack of 8'],
  ['TEE-RED', 'T-Shirt, red'],
  ['TEE-BLU', 'Tshirt blue'],
  ['TEE-GRN', 'T Shirt green'],
  ['CAB-1', 'USB-C cable'],
  ['CAB-2', 'USBC adapter'],
  ['CAB-3', 'USB C hub'],
  ['KNIFE-3', 'Kitchen knives'],
  ['BOX-1', 'Storage box'],
  ['MICE-9', 'Three blind mice'],
  ['DA-1', 'Røde løbesko'],
  ['NO-1', 'Blåbærsyltetøy'],
  ['SV-1', 'Lampor av glas'],
  ['PL-1', 'Plakat Łódź'],
  ['PL-2', 'Lampa stołowa'],
  ['CS-1', 'Šálek na čaj'],
  ['DE-1', 'Fußball aus Leder'],
  ['DE-2', 'Kochbücher'],
  ['DE-3', 'Käsereibe'],
  ['FR-1', 'Crème brûlée'],
  ['FR-2', 'Gâteaux secs'],
  ['FR-3', 'Cœur en chocolat'],
  ['ES-1', 'Ratones inalámbricos'],
  ['IT-1', 'Libri per bambini'],
  ['IT-2', 'Sedia da giardino'],
  ['PT-1', 'Botões de camisa'],
  ['TR-1', 'Işık, şık çanta'],
  ['VI-1', 'Đèn bàn'],
  ['RU-1', 'Беспроводная мышь'],
  ['RU-2', 'Лампы настольные'],
  ['RU-3', 'Новогодняя ёлка'],
  ['EL-1', 'Λάμπες γραφείου'],
  ['ZH-1', '无线鼠标'],
  ['ZH-2', '绿茶'],
  ['JA-1', 'ハハの日ギフト'],
  ['JA-2', 'パパのカップ'],
  ['JA-3', 'ガラスのコップ'.normalize('NFD')],
  ['KO-1', '무선마우스'],
  ['TH-1', 'เมาส์ไร้สาย'],
  ['AR-1', 'كِتَاب الطبخ'],
  ['HE-1', 'ספרים לילדים'],
  ['HI-1', 'कंप्यूटर माउस'],
];

/** Queries and the skus they find, most relevant first. */
const QUERIES: [query: string, ...skus: string[]][] = [
  // Prefixes, and matches in the name before others.
  ['mous', 'MOUSEPAD-7', 'MOUSE-01', 'MICE-9', 'PAD-7'],
  ['mouse', 'MOUSE-01', 'MICE-9', 'MOUSEPAD-7', 'PAD-7'],
  ['MOUSE', 'MOUSE-01', 'MICE-9', 'MOUSEPAD-7', 'PAD-7'],
  ['wirel mous', 'MOUSE-01'],
  ['mouse wireless', 'MOUSE-01'],
  ['mouse every', 'PAD-7'],
  ['kitch', 'KNIFE-3'],
  ['ouse'],
  ['mouse kettle'],
  // Singular and plural.
  ['mouses', 'MICE-9', 'MOUSE-01', 'PAD-7'],
  ['mice', 'MICE-9', 'MOUSE-01', 'PAD-7'],
  ['battery', 'BAT-AA', 'MOUSE-01'],
  ['batteries', 'BAT-AA', 'MOUSE-01'],
  ['knife', 'KNIFE-3'],
  ['knives', 'KNIFE-3'],
  ['boxes', 'BOX-1'],
  ['cables', 'CAB-1'],
  ['shirts', 'TEE-GRN', 'TEE-RED'],
  // Skus.
  ['MOUSE-01', 'MOUSE-01'],
  ['mouse01', 'MOUSE-01'],
  ['mouse 01', 'MOUSE-01'],
  ['PAD-7', 'PAD-7'],
  ['tee-', 'TEE-GRN', 'TEE-BLU', 'TEE-RED'],
  ['KNIFE-3', 'KNIFE-3'],
  // Words written together, with a hyphen, or separately.
  ['t-shirt', 'TEE-GRN', 'TEE-RED', 'TEE-BLU'],
  ['t shirt', 'TEE-GRN', 'TEE-RED', 'TEE-BLU'],
  ['tshirt', 'TEE-BLU', 'TEE-RED', 'TEE-GRN'],
  ['tshirts', 'TEE-GRN', 'TEE-BLU', 'TEE-RED'],
  ['t-shirts', 'TEE-GRN', 'TEE-BLU', 'TEE-RED'],
  ['T-Shirt blue', 'TEE-BLU'],
  ['usb-c', 'CAB-3', 'CAB-1', 'CAB-2'],
  ['usb c', 'CAB-3', 'CAB-1', 'CAB-2'],
  ['usbc', 'CAB-2', 'CAB-1', 'CAB-3'],
  ['usbc cable', 'CAB-1'],
  ['mouse pad', 'MOUSEPAD-7', 'PAD-7'],
  // Special letters, typed plainly and as they are.
  ['rode', 'DA-1'],
  ['RØDE', 'DA-1'],
  ['roede loebesko', 'DA-1'],
  ['blabaersyltetoy', 'NO-1'],
  ['lampa', 'PL-2', 'SV-1'],
  ['lodz', 'PL-1'],
  ['Łódź', 'PL-1'],
  ['lampy stolowa', 'PL-2'],
  ['salek', 'CS-1'],
  ['caj', 'CS-1'],
  ['fussball', 'DE-1'],
  ['fußball', 'DE-1'],
  ['kochbuch', 'DE-2'],
  ['kasereibe', 'DE-3'],
  ['kaesereibe', 'DE-3'],
  ['creme brulee', 'FR-1'],
  ['gateau', 'FR-2'],
  ['coeur', 'FR-3'],
  ['raton inalambrico', 'ES-1'],
  ['libro', 'IT-1'],
  ['sedie', 'IT-2'],
  ['botao', 'PT-1'],
  ['isik canta', 'TR-1'],
  ['IŞIK', 'TR-1'],
  ['den ban', 'VI-1'],
  ['мышь', 'RU-1'],
  ['мыши', 'RU-1'],
  ['лампа', 'RU-2'],
  ['елка', 'RU-3'],
  ['λαμπα', 'EL-1'],
  ['ΛΆΜΠΕΣ', 'EL-1'],
  // Scripts without spaces, and marks that form another letter.
  ['鼠标', 'ZH-1'],
  ['线鼠', 'ZH-1'],
  ['无线鼠标', 'ZH-1'],
  ['鼠', 'ZH-1'],
  ['茶', 'ZH-2'],
  ['鼠茶'],
  ['ハハ', 'JA-1'],
  ['パパ', 'JA-2'],
  ['ﾊﾟﾊﾟ', 'JA-2'],
  ['ガラス', 'JA-3'],
  ['ガラス'.normalize('NFD'), 'JA-3'],
  ['カラス'],
  ['마우스', 'KO-1'],
  ['เมาส์', 'TH-1'],
  ['كتاب', 'AR-1'],
  ['ספר', 'HE-1'],
  ['माउस', 'HI-1'],
];

interface Products {
  products: { product_id: number; sku: string; name: string; price: string }[];
  total: number;
  next_cursor: string | null;
}

describeOnEachDatabase('search', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
    for (const [sku, name, description = null] of CATALOG) await service.product({ sku, name, description });
  }, 60_000);
  afterAll(() => service?.stop());

  const read = async (url: string) => {
    const { status, body } = await service.call<Products>(undefined, 'GET', url);
    expect([status, body]).toEqual([200, body]);
    return body;
  };
  const skus = ({ products }: Products) => products.map(({ sku }) => sku);

  it.each(QUERIES)('for %s', async (query, ...expected) => {
    const found = await read(`/products?q=${encodeURIComponent(query)}`);
    expect(skus(found)).toEqual(expected);
    expect(found.total).toBe(expected.length);
  });

  it.each(['mous', 'tshirt', 'l'])(
    'pages the results of %s by number and by cursor, each product once',
    async (query) => {
      const url = `/products?q=${query}`;
      const all = skus(await read(url));
      for (const size of [1, 2, 3]) {
        const walked: string[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const page: Products = await read(`${url}&page_size=${size}${cursor && `&cursor=${cursor}`}`);
          walked.push(...skus(page));
          cursor = page.next_cursor;
        }
        expect(walked).toEqual(all);
        const numbered: string[] = [];
        for (let page = 1; numbered.length < all.length; page++) {
          numbered.push(...skus(await read(`${url}&page_size=${size}&page=${page}`)));
        }
        expect(numbered).toEqual(all);
      }
      expect(skus(await read(`${url}&page=99`))).toEqual([]);
    },
  );

  it('continues at a cursor, whatever was created since', async () => {
    const first = await read('/products?q=cable&page_size=1');
    expect(skus(first)).toEqual(['CAB-1']);
    await service.product({ sku: 'CABLE-NEW', name: 'Cable' });
    const second = await read(`/products?q=cables&page_size=1`);
    expect(skus(second)).toEqual(['CABLE-NEW']);
    expect(skus(await read(`/products?q=cables&page_size=1&cursor=${second.next_cursor}`))).toEqual(['CAB-1']);
    await service.call('staff', 'DELETE', `/products/${second.products[0]?.product_id}`);
    expect(skus(await read('/products?q=cable'))).toEqual(['CAB-1']);
  });

  it('combines with a sort order and other filters', async () => {
    expect(skus(await read('/products?q=mouse&sort=name'))).toEqual(['MOUSEPAD-7', 'PAD-7', 'MICE-9', 'MOUSE-01']);
    expect(skus(await read('/products?q=mouse&sku=PAD-7'))).toEqual(['PAD-7']);
    expect(skus(await read('/products?q=mouse&in_stock=false'))).toEqual([]);
  });

  it.each([
    ['-relevance', 9, 1],
    ['-relevance', 0.5, 1],
    ['-relevance', 'x', 'y'],
    ['-relevance', 1],
    ['-relevance', 0, 1, 2],
    ['-created_at', '2026-01-01 00:00:00.000', 1],
  ])('refuses the cursor %j', async (...cursor) => {
    const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
    const { status, body } = await service.call(undefined, 'GET', `/products?q=mouse&cursor=${text}`);
    expect([status, body['code']]).toEqual([422, 'validation-failed']);
  });

  it('finds a changed name at once', async () => {
    const { product_id } = await service.product({ sku: 'CHANGING', name: 'Teapot' });
    expect(skus(await read('/products?q=teapots'))).toEqual(['CHANGING']);
    await service.call('staff', 'PUT', `/products/${product_id}`, { body: { name: 'Samovar' } });
    expect(skus(await read('/products?q=teapots'))).toEqual([]);
    expect(skus(await read('/products?q=samo'))).toEqual(['CHANGING']);
  });

  describe('with products of the previous release', () => {
    const old = async (sku: string) => {
      const now = new Date();
      await service.database.execute(
        `INSERT INTO products (sku, name, category, price, status, name_key, category_key, search_words, created_at, updated_at, version)
         VALUES (?, 'Smørrebrød', 'Æbler', 100, 'active', 'smørrebrød', 'æbler', 't_x', ?, ?, 1)`,
        [sku, now, now],
      );
    };

    it('finds those written during the deployment after the sweep', async () => {
      await old('OLD-1');
      expect(skus(await read('/products?q=smorrebrod'))).toEqual([]);
      const sweeper = service.app.get(WordsSweeper);
      expect(await sweeper.sweep()).toBeGreaterThan(0);
      expect(await sweeper.sweep()).toBe(0);
      expect(skus(await read('/products?q=smorrebrod&page_size=30'))).toEqual(['OLD-1']);
      expect(skus(await read(`/products?category=${encodeURIComponent('Æbler')}`))).toEqual(['OLD-1']);
    });

    it('finds those written before after the migration', async () => {
      await old('OLD-2');
      const runner = service.database.dataSource.createQueryRunner();
      const migration = new CreateProductWords20261129000015();
      await migration.down(runner);
      await migration.up(runner);
      await runner.release();
      expect(skus(await read('/products?q=smorrebrod&page_size=50'))).toEqual(['OLD-2', 'OLD-1']);
      expect(skus(await read('/products?q=mous&page_size=50'))).toHaveLength(4);
      const keys = await service.database.query("SELECT name_key, category_key FROM products WHERE sku = 'OLD-2'");
      expect(keys).toEqual([{ name_key: 'smorrebrod', category_key: 'aebler' }]);
    });
  });
});
