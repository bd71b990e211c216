import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';
import { PartsAdminRepository } from './parts-admin.repository.js';
import { PartsAdminService } from './parts-admin.service.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

describeOnEachDatabase("operators' view of shipments and returns", (databaseUrl) => {
  let orders: OrdersService;
  let parts: PartsAdminService;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    for (const id of [1, 8]) orders.neighbours.users.add(id);
    orders.neighbours.prices.set(10, '10.00');
    parts = new PartsAdminService(new PartsAdminRepository(orders.database));
  }, 30_000);
  afterAll(() => orders?.stop());

  const post = async (path: string, body: object): Promise<Record<string, unknown>> =>
    (await orders.call<Record<string, unknown>>(STAFF, 'POST', path, { body })).body;
  const paid = async (quantity: number) => {
    const body = { items: [{ product_id: 10, quantity }] };
    const order = (await orders.call<OrderResponseDto>(ADA, 'POST', '/orders', { body })).body;
    await orders.call(STAFF, 'PUT', `/orders/${order.order_id}`, { body: { status: 'paid' } });
    return { id: order.order_id, item: order.items[0]?.order_item_id ?? 0 };
  };
  const ship = async ({ id, item }: { id: number; item: number }, quantity: number, status: string) => {
    const parcels = [{ carrier: 'DHL', tracking_number: 'JD0146' }, { carrier: 'A friend' }];
    const items = [{ order_item_id: item, quantity }];
    return Number((await post(`/orders/${id}/shipments`, { items, parcels, status }))['shipment_id']);
  };

  it('lists shipments, the newest first, by order and by status', async () => {
    const order = await paid(3);
    const first = await ship(order, 2, 'shipped');
    const second = await ship(order, 1, 'prepared');
    const list = await parts.shipments({ orderId: order.id }, 20);
    expect(list).toMatchObject([
      { shipment_id: second, order_id: order.id, status: 'prepared', pieces: 1, parcels: 2, shipped_at: null },
      { shipment_id: first, status: 'shipped', pieces: 2, shipped_at: expect.any(Date) as Date, version: 1 },
    ]);
    expect(await parts.shipments({ orderId: order.id, status: 'shipped' }, 20)).toMatchObject([{ shipment_id: first }]);
    expect(await parts.shipments({}, 1)).toMatchObject([{ shipment_id: second }]);
  });

  it('shows a shipment with its lines, and where its parcels are', async () => {
    const order = await paid(2);
    const id = await ship(order, 2, 'shipped');
    expect(await parts.shipment(id)).toMatchObject({
      ...{ shipment_id: id, order_id: order.id, status: 'shipped', created_by: 8, delivered_at: null },
      lines: [{ order_item_id: order.item, product_id: 10, sku: 'SKU-10', quantity: 2 }],
      parcels: [
        { carrier: 'DHL', tracking_number: 'JD0146', tracking_url: expect.stringContaining('JD0146') as string },
        { carrier: 'A friend', tracking_number: null, tracking_url: null },
      ],
    });
    await expect(parts.shipment(999_999)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('lists and shows returns with what arrived and its worth, and without what people wrote', async () => {
    const order = await paid(3);
    await ship(order, 3, 'shipped');
    const items = [{ order_item_id: order.item, quantity: 2, reason: 'Ada says it is too small' }];
    const id = Number((await post(`/orders/${order.id}/returns`, { items }))['return_id']);
    expect(await parts.returns({ orderId: order.id, status: 'requested' }, 20)).toMatchObject([
      { return_id: id, order_id: order.id, pieces: 2, arrived: null, refund_amount: null, currency: 'USD' },
    ]);
    await post(`/returns/${id}/approve`, {});
    const received = [{ order_item_id: order.item, quantity: 1, condition: 'damaged', restock: false }];
    await post(`/returns/${id}/receive`, { items: received });
    await post(`/returns/${id}/settle`, { fee: '2.50' });
    expect(await parts.returns({ orderId: order.id, status: 'requested' }, 20)).toEqual([]);
    expect(await parts.returns({ orderId: order.id }, 20)).toMatchObject([{ arrived: 1, refund_amount: '7.50' }]);
    const shown = await parts.return(id);
    expect(shown).toMatchObject({
      ...{ return_id: id, order_id: order.id, status: 'settled', requested_by: 8, version: 4 },
      lines: [{ order_item_id: order.item, product_id: 10, sku: 'SKU-10', quantity: 2 }],
      received: [{ sku: 'SKU-10', quantity: 1, condition: 'damaged', restock: false }],
      ...{ suggested_refund: '10.00', refund_amount: '7.50', fee: '2.50', currency: 'USD' },
    });
    expect(JSON.stringify(shown)).not.toContain('Ada');
    await expect(parts.return(999_999)).rejects.toMatchObject({ code: 'not-found' });
  });
});
