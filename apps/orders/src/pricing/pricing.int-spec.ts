import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { CallOptions, Method } from '../../../../test/support/test-callers.js';
import { placeOf } from './place.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

const PARCEL = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.90' }] };
const VAT = { name: 'VAT', country: 'GB', rate: '0.2' };

describeOnEachDatabase('what orders are priced by', (databaseUrl) => {
  let orders: OrdersService;
  let count = 0;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
  }, 30_000);
  afterAll(() => orders?.stop());

  const call = (method: Method, path: string, options: CallOptions & { as?: TestUser } = {}) =>
    orders.call(options.as ?? STAFF, method, path, options);
  const parcel = (more: object = {}) => ({ ...PARCEL, code: `parcel-${(count += 1)}`, ...more });
  const add = async (path: string, body: object) => (await call('POST', path, { body })).body;

  describe('shipping methods', () => {
    it('are added, read, changed and removed', async () => {
      const body = parcel({
        ...{ name: ' Parcel ', countries: ['GB', 'IE', 'GB'], free_from: '50', position: 7 },
        steps: [
          { from: '20.50', price: 0 },
          { from: '0', price: '4.9' },
        ],
      });
      const created = await call('POST', '/shipping-methods', { body });
      const id = Number(created.body['shipping_method_id']);
      const path = `/shipping-methods/${id}`;
      expect(created).toMatchObject({ status: 201, headers: { location: path, etag: '"1"' } });
      const { created_at, ...shown } = created.body;
      expect(shown).toEqual({
        ...{ shipping_method_id: id, code: body.code, name: 'Parcel', countries: ['GB', 'IE'], by: 'subtotal' },
        steps: [
          { from: '0.00', price: '4.90' },
          { from: '20.50', price: '0.00' },
        ],
        ...{ free_from: '50.00', position: 7, active: true, updated_at: created_at, version: 1 },
      });
      expect(await orders.call(undefined, 'GET', path)).toMatchObject({ status: 200, body: created.body });

      const changed = await call('PUT', path, {
        body: { free_from: null, name: 'Post' },
        headers: { 'if-match': '"1"' },
      });
      expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
      expect(changed.body).toMatchObject({
        name: 'Post',
        free_from: null,
        countries: ['GB', 'IE'],
        steps: shown['steps'],
      });
      expect((await call('GET', path)).body).toEqual(changed.body);
      expect((await call('PUT', path, { body: { name: 'No' }, headers: { 'if-match': '"1"' } })).status).toBe(412);
      expect((await call('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(412);
      expect((await call('DELETE', path)).status).toBe(204);
      expect([(await call('DELETE', path)).status, (await call('GET', path)).status]).toEqual([404, 404]);
      expect((await call('PUT', path, { body: { name: 'Gone' } })).status).toBe(404);
    });

    it('go by weight in whole grams', async () => {
      const body = parcel({ by: 'weight', steps: [{ from: '1000', price: '9.90' }] });
      const made = await add('/shipping-methods', body);
      expect(made).toMatchObject({ by: 'weight', steps: [{ from: '1000', price: '9.90' }] });
      const path = `/shipping-methods/${String(made['shipping_method_id'])}`;
      const refused = await call('PUT', path, { body: { by: 'subtotal' } });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/steps', code: 'required' }] } });
      const changed = await call('PUT', path, { body: { by: 'subtotal', steps: [{ from: '9.5', price: 1 }] } });
      expect(changed.body).toMatchObject({ by: 'subtotal', steps: [{ from: '9.50', price: '1.00' }], version: 2 });
    });

    it.each([
      [{ code: 'a b' }, '/code'],
      [{ countries: ['UK'] }, '/countries'],
      [{ by: 'volume' }, '/by'],
      [{ steps: [] }, '/steps'],
      [{ steps: [{ from: '0.001', price: '1' }] }, '/steps/0/from'],
      [{ by: 'weight', steps: [{ from: '0.5', price: '1' }] }, '/steps/0/from'],
      [{ by: 'weight', steps: [{ from: '9999999999999', price: '1' }] }, '/steps/0/from'],
      [
        {
          steps: [
            { from: '0', price: '1' },
            { from: '0.0', price: '2' },
          ],
        },
        '/steps/1/from',
      ],
      [{ steps: [{ from: '0', price: '-1' }] }, '/steps/0/price'],
      [{ free_from: 'never' }, '/free_from'],
      [{ version: 3 }, '/version'],
    ])('are not %j', async (wrong, pointer) => {
      const answer = await call('POST', '/shipping-methods', { body: parcel(wrong) });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    });

    it('have each a code of their own', async () => {
      const [one, other] = [await add('/shipping-methods', parcel()), await add('/shipping-methods', parcel())];
      const taken = { status: 409, body: { code: 'shipping-code-taken' } };
      expect(await call('POST', '/shipping-methods', { body: { ...PARCEL, code: one['code'] } })).toMatchObject(taken);
      const path = `/shipping-methods/${String(other['shipping_method_id'])}`;
      expect(await call('PUT', path, { body: { code: one['code'] } })).toMatchObject(taken);
      expect((await call('PUT', path, { body: { code: other['code'] } })).status).toBe(200);
    });

    it('are public by position, those not active for staff only', async () => {
      await add('/shipping-methods', parcel({ position: 30, name: 'Third' }));
      const hidden = await add('/shipping-methods', parcel({ position: 20, name: 'Second', active: false }));
      await add('/shipping-methods', parcel({ position: 10, name: 'First' }));
      const names = async (as?: TestUser) => {
        const { body } = await orders.call(as, 'GET', '/shipping-methods?page_size=100');
        const all = body['shipping_methods'] as { name: string; position: number }[];
        return all.filter(({ position }) => position >= 10).map(({ name }) => name);
      };
      expect(await names()).toEqual(['First', 'Third']);
      expect(await names(ADA)).toEqual(['First', 'Third']);
      expect(await names(STAFF)).toEqual(['First', 'Second', 'Third']);
      const path = `/shipping-methods/${String(hidden['shipping_method_id'])}`;
      expect([(await call('GET', path, { as: ADA })).status, (await call('GET', path)).status]).toEqual([404, 200]);
    });

    it('are paged by cursor', async () => {
      const first = (await call('GET', '/shipping-methods?page_size=2')).body;
      const next = `/shipping-methods?page_size=2&cursor=${String(first['next_cursor'])}`;
      const [a, b] = [first, (await call('GET', next)).body].map((page) => page['shipping_methods'] as object[]);
      expect([
        a?.length,
        b?.length,
        new Set([...(a ?? []), ...(b ?? [])].map((each) => JSON.stringify(each))).size,
      ]).toEqual([2, 2, 4]);
    });

    it('are added once under one Idempotency-Key', async () => {
      const body = parcel();
      const post = () => call('POST', '/shipping-methods', { body, headers: { 'idempotency-key': 'method' } });
      const [first, again] = [await post(), await post()];
      expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    });

    it('are a hundred at most', async () => {
      const { body } = await call('GET', '/shipping-methods');
      for (let made = Number(body['total']); made < 100; made++) await add('/shipping-methods', parcel());
      const refused = await call('POST', '/shipping-methods', { body: parcel() });
      expect(refused).toMatchObject({ status: 409, body: { code: 'too-many-shipping-methods' } });
    }, 60_000);
  });

  describe('tax rates', () => {
    it('are added, read, changed and removed', async () => {
      const body = { ...VAT, region: ' ca ', postal_prefix: 'sw1y-4', tax_category: 'Food', includes_shipping: true };
      const times = { valid_from: '2026-01-01T00:00:00+01:00', valid_to: null };
      const created = await call('POST', '/tax-rates', { body: { ...body, ...times } });
      const id = Number(created.body['tax_rate_id']);
      const path = `/tax-rates/${id}`;
      expect(created).toMatchObject({ status: 201, headers: { location: path, etag: '"1"' } });
      const { created_at, ...shown } = created.body;
      expect(shown).toEqual({
        ...{ tax_rate_id: id, name: 'VAT', country: 'GB', region: 'CA', postal_prefix: 'SW1Y4', tax_category: 'Food' },
        ...{ rate: '0.2', includes_shipping: true, valid_from: '2025-12-31T23:00:00.000Z', valid_to: null },
        ...{ updated_at: created_at, version: 1 },
      });
      const changed = await call('PUT', path, {
        body: { rate: 0.14975, region: null },
        headers: { 'if-match': '"1"' },
      });
      expect(changed.body).toMatchObject({ rate: '0.14975', region: null, postal_prefix: 'SW1Y4', version: 2 });
      expect((await call('GET', path)).body).toEqual(changed.body);
      expect((await call('PUT', path, { body: { rate: '0' }, headers: { 'if-match': '"1"' } })).status).toBe(412);
      expect((await call('DELETE', path, { headers: { 'if-match': '"1"' } })).status).toBe(412);
      expect([(await call('DELETE', path)).status, (await call('DELETE', path)).status]).toEqual([204, 404]);
      expect((await call('GET', path)).status).toBe(404);
    });

    it('are for standard goods, always and not for shipping, unless they say so', async () => {
      expect(await add('/tax-rates', VAT)).toMatchObject({
        ...{ region: null, postal_prefix: null, tax_category: 'standard', includes_shipping: false },
        ...{ valid_from: null, valid_to: null },
      });
    });

    it.each([
      [{ rate: '1.01' }, '/rate'],
      [{ rate: '0.1234567' }, '/rate'],
      [{ country: 'UK' }, '/country'],
      [{ postal_prefix: '*' }, '/postal_prefix'],
      [{ valid_from: '2026-01-01T00:00:00Z', valid_to: '2026-01-01T00:00:00Z' }, '/valid_to'],
      [{ tax_category: '' }, '/tax_category'],
      [{ version: 1 }, '/version'],
    ])('are not %j', async (wrong, pointer) => {
      const answer = await call('POST', '/tax-rates', { body: { ...VAT, ...wrong } });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    });

    it('end after they begin, also after a change', async () => {
      const made = await add('/tax-rates', { ...VAT, valid_from: '2026-06-01T00:00:00Z' });
      const path = `/tax-rates/${String(made['tax_rate_id'])}`;
      const refused = await call('PUT', path, { body: { valid_to: '2026-05-01T00:00:00Z' } });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/valid_to', code: 'period' }] } });
      expect((await call('GET', path)).body).toEqual(made);
    });

    it('are listed by country, for staff', async () => {
      await add('/tax-rates', { ...VAT, country: 'CY' });
      const list = await call('GET', '/tax-rates?country=CY&page_size=1');
      expect(list).toMatchObject({
        status: 200,
        body: { tax_rates: [{ country: 'CY' }], total: 1, next_cursor: null },
      });
      expect((await call('GET', '/tax-rates?country=cy')).status).toBe(422);
      expect((await call('GET', '/tax-rates', { as: ADA })).status).toBe(403);
      expect((await orders.call(undefined, 'GET', '/tax-rates')).status).toBe(401);
    });

    it('are added once under one Idempotency-Key', async () => {
      const post = () => call('POST', '/tax-rates', { body: VAT, headers: { 'idempotency-key': 'rate' } });
      const [first, again] = [await post(), await post()];
      expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
    });

    it('are found by country, region and the beginning of the postal code', async () => {
      const places = [
        {},
        { region: 'ca' },
        { postal_prefix: '902' },
        { postal_prefix: '90210-1' },
        { region: 'CA', postal_prefix: '9' },
      ];
      const others = [{ region: 'NV' }, { postal_prefix: '903' }, { postal_prefix: '902101234' }, { country: 'CA' }];
      for (const place of [...places, ...others]) {
        await add('/tax-rates', { ...VAT, country: 'US', name: JSON.stringify(place), ...place });
      }
      const found = async (address: object) => {
        const rates = await orders.app.get(TaxRatesRepository).forPlace(placeOf({ country: 'US', ...address }));
        return rates.map(({ name }) => JSON.parse(name) as object);
      };
      const named = (wanted: object[]) => expect.arrayContaining(wanted) as object[];
      const all = await found({ region: 'Ca', postal_code: '90210 1' });
      expect([all.length, all]).toEqual([5, named(places)]);
      expect(await found({})).toEqual([{}]);
      expect(await found({ region: 'CA' })).toEqual(named([{}, { region: 'ca' }]));
      expect(await found({ postal_code: '90299' })).toEqual(named([{}, { postal_prefix: '902' }]));
    });
  });
});
