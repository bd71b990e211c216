import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOps, spawnOps } from '../support/ops.js';
import { eventually, unique } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

const ROWS = 12_000;

forEachPlatform('products import and export', (running) => {
  const catalog = (name: string) => {
    const rows = Array.from({ length: ROWS }, (_, n) => `BULK-${n},${name} ${n},${(n % 500) + 1}.50,3`);
    return `sku,name,price,initial_stock\n${rows.join('\n')}\n`;
  };

  it('goes on after kill -9, while the platform serves and forgets what it had cached', async () => {
    const { client, dataDir } = running();
    const file = join(dataDir, 'catalog.csv');
    writeFileSync(file, `${catalog('Widget')}bad sku,x,1,1\n`);
    // Staff is never shown a cached answer.
    const token = await client.admin();
    const present = async () => Number((await client.call('GET', '/products?q=widget', { token })).body.total);
    expect(await present()).toBe(0);

    const first = spawnOps(['products', 'import', file], running());
    await eventually(present, (total) => total > 0, 20_000);
    first.child.kill('SIGKILL');
    await first.ended;

    const out = await runOps(['products', 'import', file], running());
    const [, inserted, unchanged] =
      /^(\d+) inserted, 0 updated, (\d+) unchanged, 1 rejected; \d+ rows\/s/.exec(out) ?? [];
    expect(Number(inserted) + Number(unchanged)).toBe(ROWS);
    expect(Number(unchanged)).toBeGreaterThan(0);
    expect(Number(inserted)).toBeGreaterThan(0);
    expect(readFileSync(`${file}.rejects.ndjson`, 'utf8')).toContain(`{"line":${ROWS + 2},"reason":"sku must be`);

    const sku = `BULK-${ROWS - 1}`;
    const find = async () => (await client.call('GET', `/products?sku=${sku}`)).body.products[0];
    const { product_id } = await find();
    const read = async () => (await client.call('GET', `/products/${product_id}`)).body.name;
    expect(await read()).toBe(`Widget ${ROWS - 1}`);
    writeFileSync(file, `sku,name,price\n${sku},Gadget,1\n`);
    expect(await runOps(['products', 'import', file], running())).toContain('0 inserted, 1 updated, 0 unchanged');
    await eventually(read, (name) => name === 'Gadget', 10_000);
    await eventually(find, ({ name }) => name === 'Gadget', 10_000);
  }, 120_000);

  it('exports what it imports, and tells in a sentence what it cannot take', async () => {
    const { dataDir } = running();
    const file = join(dataDir, `${unique('export')}.ndjson`);
    await runOps(['products', 'export', '--format', 'ndjson', '--output', file], running());
    expect(readFileSync(file, 'utf8').split('\n').length).toBeGreaterThan(ROWS);
    expect(await runOps(['products', 'import', file, '--dry-run'], running())).toContain('0 inserted, 0 updated');
    const missing = await spawnOps(['products', 'import', 'nowhere.csv'], running()).ended;
    expect([missing.code, missing.err]).toEqual([1, 'There is no file nowhere.csv.\n']);
  }, 60_000);
});
