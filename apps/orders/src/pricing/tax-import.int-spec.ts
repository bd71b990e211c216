import { readFileSync } from 'node:fs';
import { AuditLog } from '@app/audit';
import { Clock } from '@app/kernel';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import { readTaxFile } from './tax-file.js';
import { countsOf, TaxImportService } from './tax-import.service.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

const STAFF: TestUser = { user_id: 8, role: 'staff' };
const NOTHING = { inserted: 0, updated: 0, removed: 0, unchanged: 0 };

describeOnEachDatabase('an import of tax rates', (databaseUrl) => {
  let orders: OrdersService;
  let audit: AuditLog;
  let service: TaxImportService;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    audit = new AuditLog(orders.database, orders.app.get(Clock));
    service = new TaxImportService(orders.database, orders.app.get(TaxRatesRepository), audit);
    orders.neighbours.prices.set(10, '100.00').set(11, '100.00').set(12, '100.00');
    orders.neighbours.goods.set(11, { weight_grams: null, tax_category: 'reduced' });
    orders.neighbours.goods.set(12, { weight_grams: null, tax_category: 'reduced-low' });
  }, 30_000);
  afterAll(() => orders?.stop());

  const run = async (text: string | Buffer, dryRun = false) => {
    const rows = readTaxFile(Buffer.from(text));
    return countsOf(await service.run(rows, { file: 'rates.csv', operator: 'me', dryRun }));
  };
  const rates = async (country: string) => {
    const { body } = await orders.call(STAFF, 'GET', `/tax-rates?country=${country}`);
    return body['tax_rates'] as Record<string, unknown>[];
  };
  const add = (body: object) => orders.call(STAFF, 'POST', '/tax-rates', { body });

  it('inserts, then replaces what differs, then changes nothing', async () => {
    const first = 'name,country,region,rate,includes_shipping\nVAT,AT,,0.2,true\nVAT,AT,Tirol,0.19,true\n';
    expect(await run(first)).toEqual({ ...NOTHING, inserted: 2 });
    const before = await rates('AT');
    expect(await run(first)).toEqual({ ...NOTHING, unchanged: 2 });
    expect(await rates('AT')).toEqual(before);
    // What a row does not say has the default of POST /tax-rates.
    expect(await run('name,country,region,rate\nMwSt.,AT,TIROL,0.18\n')).toEqual({ ...NOTHING, updated: 1 });
    const [whole, tyrol] = before;
    expect(await rates('AT')).toEqual([
      whole,
      {
        ...{ ...tyrol, name: 'MwSt.', rate: '0.18', includes_shipping: false, version: 2 },
        updated_at: expect.any(String) as string,
      },
    ]);
    expect(
      (await audit.list(2)).map(({ action, target, operator, after }) => [action, target, operator, after]),
    ).toEqual([
      ['tax.import', 'rates.csv', 'me', { ...NOTHING, updated: 1 }],
      ['tax.import', 'rates.csv', 'me', { ...NOTHING, inserted: 2 }],
    ]);
  });

  it('takes a rate with another start for another rate', async () => {
    const file = 'name,country,rate,valid_from\nVAT,BE,0.21,\nVAT,BE,0.22,2027-01-01T00:00:00Z\n';
    expect(await run(file)).toEqual({ ...NOTHING, inserted: 2 });
    expect(await run(file)).toEqual({ ...NOTHING, unchanged: 2 });
  });

  it('keeps of doubles the newest, which applied', async () => {
    for (const rate of ['0.1', '0.15', '0.2']) await add({ name: 'VAT', country: 'CH', rate });
    expect(await run('name,country,rate\nVAT,CH,0.2\n')).toEqual({ ...NOTHING, removed: 2, unchanged: 1 });
    expect((await rates('CH')).map(({ rate, version }) => [rate, version])).toEqual([['0.2', 1]]);
  });

  it('only counts in a dry run', async () => {
    await add({ name: 'VAT', country: 'NO', rate: '0.2' });
    const before = [await rates('NO'), await audit.list(1)];
    const file = 'name,country,rate,tax_category\nMVA,NO,0.25,\nMVA,NO,0.15,food\n';
    expect(await run(file, true)).toEqual({ ...NOTHING, inserted: 1, updated: 1 });
    expect([await rates('NO'), await audit.list(1)]).toEqual(before);
  });

  it('is all or nothing', async () => {
    await add({ name: 'VAT', country: 'IS', rate: '0.2' });
    const before = await rates('IS');
    jest.spyOn(AuditLog.prototype, 'record').mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(run('name,country,rate,region\nVSK,IS,0.24,\nVSK,IS,0.11,north\n')).rejects.toThrow(
      'The disk is full.',
    );
    expect(await rates('IS')).toEqual(before);
  });

  it('takes many at once', async () => {
    const rows = Array.from({ length: 6_000 }, (_, n) => `VAT,BR,0.2,R${n}`);
    expect(await run(`name,country,rate,region\n${rows.join('\n')}`)).toEqual({ ...NOTHING, inserted: 6_000 });
  }, 60_000);

  describe('of the examples', () => {
    beforeAll(async () => {
      for (const [file, count] of [
        ['eu-vat', 81],
        ['us-sales-tax', 51],
      ] as const) {
        await orders.database.execute('DELETE FROM tax_rates');
        const text = readFileSync(`docs/tax-rates/${file}.csv`);
        expect(await run(text)).toEqual({ ...NOTHING, inserted: count });
      }
      await run(readFileSync('docs/tax-rates/eu-vat.csv'));
    });

    it.each<[string, string | undefined, [string, string, string]]>([
      ['DE', undefined, ['19.00', '7.00', '7.00']],
      ['FR', undefined, ['20.00', '10.00', '5.50']],
      ['FI', undefined, ['25.50', '13.50', '10.00']],
      ['DK', undefined, ['25.00', '25.00', '25.00']],
      ['HU', undefined, ['27.00', '18.00', '5.00']],
      ['LU', undefined, ['17.00', '8.00', '8.00']],
      ['US', 'CA', ['7.25', '0.00', '0.00']],
      ['US', 'mn', ['6.88', '0.00', '0.00']],
      ['US', 'OR', ['0.00', '0.00', '0.00']],
      ['GB', undefined, ['0.00', '0.00', '0.00']],
    ])('taxes 100.00 in %s, %s, by its categories: %j', async (country, region, taxes) => {
      const items = [10, 11, 12].map((product_id) => ({ product_id, quantity: 1 }));
      const address = { name: 'Ada', line1: 'Main Street 1', city: 'Town', country, ...(region && { region }) };
      const { body } = await orders.call(undefined, 'POST', '/quotes', { body: { items, shipping_address: address } });
      expect((body['items'] as { tax_total: string }[]).map(({ tax_total }) => tax_total)).toEqual(taxes);
    });

    it('has every member and every state, with a rate that can be', async () => {
      const all = (file: string) => readTaxFile(readFileSync(`docs/tax-rates/${file}.csv`)).map(({ fields }) => fields);
      const members = Map.groupBy(all('eu-vat'), ({ country }) => country);
      expect(members.size).toBe(27);
      for (const rows of members.values()) {
        const [standard = 0, reduced = 0, low = 0] = rows.map(({ rate }) => rate);
        // Directive 2006/112/EC: at least 15 %, and at least 5 %.
        expect([rows.length, standard >= 150_000, low >= 50_000, low <= reduced, reduced <= standard]).toEqual([
          ...[3, true, true, true, true],
        ]);
      }
      const states = all('us-sales-tax');
      expect(new Set(states.map(({ region }) => region)).size).toBe(51);
      expect(states.filter(({ rate }) => rate === 0).map(({ region }) => region)).toEqual([
        'AK',
        'DE',
        'MT',
        'NH',
        'OR',
      ]);
      expect(Math.max(...states.map(({ rate }) => rate))).toBe(72_500);
    });
  });
});
