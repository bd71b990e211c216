import { randomUUID } from 'node:crypto';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { at, ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';

interface Variant extends SomeProduct {
  name: string;
  group_id: number | null;
  option_values: Record<string, string> | null;
  available_quantity: number;
  price: string;
}

interface Group {
  group_id: number;
  name: string;
  version: number;
  options: { name: string; values: string[] }[];
  variants: Variant[];
}

const SHIRT = {
  name: 'T-shirt',
  options: [
    { name: 'size', values: ['S', 'M', 'L'] },
    { name: 'colour', values: ['red', 'green'] },
  ],
};

describeOnEachDatabase('Product groups', (databaseUrl) => {
  let service: ProductsService;

  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
  }, 30_000);
  afterAll(() => service?.stop());

  const makeGroup = async (fields: object = {}): Promise<Group> => {
    const { status, body } = await service.staff<Group>('POST', '/product-groups', { ...SHIRT, ...fields });
    if (status !== 201) throw new Error(`creating answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const add = (group: Group, option_values: object, fields: object = {}) =>
    service.staff<Variant & { code?: string }>('POST', `/product-groups/${group.group_id}/variants`, {
      ...{ sku: `SKU-${randomUUID()}`, price: '19.00', initial_stock: 5, option_values },
      ...fields,
    });
  const variant = async (group: Group, option_values: object, fields: object = {}): Promise<Variant> => {
    const { status, body } = await add(group, option_values, fields);
    if (status !== 201) throw new Error(`adding answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const shown = async (group: Group): Promise<Group> => (await service.read<Group>(pathOf(group))).body;
  const pathOf = ({ group_id }: Group): string => `/product-groups/${group_id}`;
  const listed = async (query: string): Promise<number[]> => {
    const { status, body } = await service.read<{ products: Variant[] }>(`/products?${query}`);
    if (status !== 200) throw new Error(`${query} answered ${status}: ${JSON.stringify(body)}`);
    return body.products.map(({ product_id }) => product_id);
  };

  it('show their variants in the order of the options’ values, each named after the group', async () => {
    const group = await makeGroup();
    const last = await variant(group, { colour: 'green', size: 'L' });
    const first = await variant(group, { size: 's', colour: 'RED' });
    const named = await variant(group, { size: 'S', colour: 'green' }, { name: 'Small and green' });
    const { variants } = await shown(group);
    expect(variants.map(({ product_id }) => product_id)).toEqual(
      [first, named, last].map(({ product_id }) => product_id),
    );
    expect(variants.map(({ name }) => name)).toEqual(['T-shirt, S, red', 'Small and green', 'T-shirt, L, green']);
    expect(variants[0]?.option_values).toEqual({ size: 'S', colour: 'red' });
    expect(Object.keys(last.option_values ?? {})).toEqual(['size', 'colour']);
    const { body } = await service.read<Variant>(at(first));
    expect([body.group_id, body.option_values]).toEqual([group.group_id, { size: 'S', colour: 'red' }]);
  });

  it('have one variant of the same options, however many ask at once, and another one after it is archived', async () => {
    const group = await makeGroup();
    const answers = await Promise.all(Array.from({ length: 20 }, () => add(group, { colour: 'red', size: 'M' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code))).toEqual(
      new Set(['variant-exists']),
    );
    const [made] = answers.filter(({ status }) => status === 201);
    await service.staff('DELETE', at(made?.body as SomeProduct));
    expect((await shown(group)).variants).toEqual([]);
    expect((await variant(group, { size: 'M', colour: 'red' })).option_values).toEqual({ size: 'M', colour: 'red' });
  });

  it('refuse values that are not theirs, and name those they have', async () => {
    const group = await makeGroup();
    for (const values of [{ size: 'M' }, { size: 'M', colour: 'red', fit: 'slim' }, { size: 'M', fit: 'slim' }]) {
      const { status, body } = await add(group, values);
      expect([status, body['errors' as never]]).toEqual([
        422,
        [expect.objectContaining({ pointer: '/option_values' })],
      ]);
    }
    const { body } = await add(group, { size: 'XXL', colour: 'red' });
    expect(body['detail' as never]).toBe('size must be one of S, M, L, or add the value to the group.');
    const twice = { options: [{ name: 'size', values: ['M', 'm'] }] };
    const { body: repeated } = await service.staff('POST', '/product-groups', { ...SHIRT, ...twice });
    expect(repeated['errors']).toEqual([expect.objectContaining({ pointer: '/options/0/values/1' })]);
    expect((await add({ ...group, group_id: 999_999 }, { size: 'M', colour: 'red' })).status).toBe(404);
  });

  it('are never older than a change of a variant: of its price, of its stock, of its being sold', async () => {
    const group = await makeGroup();
    const product = await variant(group, { size: 'M', colour: 'red' });
    const only = async () => (await shown(group)).variants[0];
    expect((await only())?.available_quantity).toBe(5);
    expect((await service.read(pathOf(group))).headers['x-cache']).toBe('HIT');
    const { headers } = await service.read(pathOf(group));
    expect((await service.read(pathOf(group), { 'if-none-match': String(headers['etag']) })).status).toBe(304);

    await service.staff('PUT', at(product), { price: '21.00' });
    expect((await only())?.price).toBe('21.00');
    expect((await service.read(pathOf(group), { 'if-none-match': String(headers['etag']) })).status).toBe(200);
    await service.reserve(randomUUID(), [[product, 2]]);
    expect((await only())?.available_quantity).toBe(3);
    await service.staff('PUT', `${at(product)}/inventory`, { adjustment: 4 });
    expect((await only())?.available_quantity).toBe(7);
    // Selling out also makes lists stale.
    await service.reserve(randomUUID(), [[product, 7]]);
    expect((await only())?.available_quantity).toBe(0);
    await service.staff('PUT', `${at(product)}/inventory`, { adjustment: 1 });
    expect((await only())?.available_quantity).toBe(1);
    const other = await variant(group, { size: 'L', colour: 'red' });
    expect((await shown(group)).variants).toHaveLength(2);
    await service.staff('DELETE', at(other));
    expect((await shown(group)).variants).toHaveLength(1);
  });

  it('keep the options that variants have when they change, and take new values', async () => {
    const group = await makeGroup();
    await variant(group, { size: 'M', colour: 'red' });
    const change = (body: object, headers = {}) => service.staff<Group>('PUT', pathOf(group), body, headers);
    const [size, colour] = SHIRT.options;
    for (const options of [[size], [colour], [{ name: 'size', values: ['S', 'L'] }, colour]]) {
      const { status, body } = await change({ options });
      expect([status, body['code' as never]]).toEqual([409, 'options-in-use']);
    }
    const wider = [{ name: 'size', values: ['XS', 'M'] }, colour];
    const { body } = await change({ name: 'Heavy T-shirt', options: wider }, { 'if-match': '"1"' });
    expect([body.name, body.options, body.version]).toEqual(['Heavy T-shirt', wider, 2]);
    expect((await shown(group)).name).toBe('Heavy T-shirt');
    expect((await change({ name: 'Late' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await variant(group, { size: 'XS', colour: 'red' })).name).toBe('Heavy T-shirt, XS, red');
  });

  it('are deleted once nothing of them is on sale', async () => {
    const group = await makeGroup();
    const product = await variant(group, { size: 'M', colour: 'red' });
    const remove = () => service.staff('DELETE', pathOf(group));
    expect([(await remove()).status, (await remove()).body['code']]).toEqual([409, 'group-not-empty']);
    await service.staff('DELETE', at(product));
    expect((await service.read(pathOf(group))).status).toBe(200);
    expect((await remove()).status).toBe(204);
    expect([(await service.read(pathOf(group))).status, (await remove()).status]).toEqual([404, 404]);
    const { body } = await service.staff<Variant>('GET', at(product));
    expect([body.group_id, body.option_values]).toEqual([null, { size: 'M', colour: 'red' }]);
  });

  it('are listed, the newest first, and never older than a write', async () => {
    const group = await makeGroup();
    const read = async () => (await service.read<{ product_groups: Group[] }>('/product-groups?page_size=1')).body;
    expect((await read()).product_groups.map(({ group_id }) => group_id)).toEqual([group.group_id]);
    const newer = await makeGroup();
    expect((await read()).product_groups.map(({ group_id }) => group_id)).toEqual([newer.group_id]);
    await service.staff('PUT', pathOf(newer), { name: 'Renamed' });
    expect((await read()).product_groups).toMatchObject([{ name: 'Renamed', options: SHIRT.options }]);
    await service.staff('DELETE', pathOf(newer));
    expect((await read()).product_groups.map(({ group_id }) => group_id)).toEqual([group.group_id]);
  });

  it('are found by their options, and are in a collapsed list once, by their first variant that matches', async () => {
    const word = `word${randomUUID().slice(0, 8)}`;
    const group = await makeGroup({ name: `Shirt ${word}` });
    const single = await service.product({ name: `Cap ${word}`, price: '9.00' });
    const variants: Variant[] = [];
    for (const [size, price] of [
      ['S', '10.00'],
      ['M', '11.00'],
      ['L', '12.00'],
    ] as const) {
      variants.push(await variant(group, { size, colour: 'red' }, { price }));
    }
    const [s, m, l] = variants.map(({ product_id }) => product_id) as [number, number, number];
    const cap = single.product_id;
    expect(await listed(`q=${word}&option.size=m&option.Colour=Red`)).toEqual([m]);
    expect(await listed(`q=${word}&option.size=M&option.colour=green`)).toEqual([]);
    for (const sort of ['', '&sort=-price']) {
      expect(await listed(`q=${word}${sort}`)).toEqual([l, m, s, cap]);
      expect((await listed(`q=${word}&collapse=group${sort}`)).sort()).toEqual([cap, s].sort());
      expect((await listed(`q=${word}&collapse=group&min_price=11.00${sort}`)).sort()).toEqual([m]);
    }
    await service.staff('PUT', at(variants[0] as Variant), { name: 'Another one' });
    expect((await listed(`q=${word}&collapse=group`)).sort()).toEqual([cap, m].sort());
    const { body } = await service.read<{ total: number }>(`/products?q=${word}&collapse=group&page_size=1`);
    expect(body.total).toBe(2);
    const wrong = await service.read('/products?option=M');
    expect([wrong.status, wrong.body['errors']]).toEqual([422, [expect.objectContaining({ pointer: '?option' })]]);
  });
});
