import { randomUUID } from 'node:crypto';
import { Database } from '@app/database';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ProductsService, type SomeProduct } from '../../../../test/support/products-service.js';
import { InventoryAuditService, ProductsOperationsModule } from '../operations-app.module.js';
import { ReservationPartsService } from '../reservations/reservation-parts.service.js';

describeOnEachDatabase('an audit of the inventory', (databaseUrl) => {
  let service: ProductsService;
  let ops: INestApplicationContext;
  beforeAll(async () => {
    service = await ProductsService.start(databaseUrl());
    const access = { url: databaseUrl(), poolSize: 2, migrated: 'elsewhere' as const };
    const module = ProductsOperationsModule.forDatabase(access, undefined, 'USD');
    ops = await NestFactory.createApplicationContext(module, { logger: false });
  }, 60_000);
  afterAll(async () => {
    await ops?.close();
    await service?.stop();
  });

  const audit = () => ops.get(InventoryAuditService).run(2);
  const execute = (sql: string, ...params: unknown[]) => service.app.get(Database).execute(sql, params);
  /** A product of which an order holds three, one was shipped and one cancelled. */
  const moved = async (): Promise<[SomeProduct, string]> => {
    const product = await service.product();
    const order_ref = randomUUID();
    await service.reserve(order_ref, [[product, 5]]);
    const parts = service.app.get(ReservationPartsService);
    const part = () => ({
      ...{ event_id: randomUUID(), order_ref, part_ref: randomUUID() },
      pieces: [{ product_id: product.product_id, quantity: 1 }],
    });
    await parts.shipped(part());
    await parts.cancelled(part());
    return [product, order_ref];
  };

  it('finds nothing where the ledger and the reservations add up', async () => {
    for (let n = 0; n < 3; n++) await moved();
    await service.product({ initial_stock: 0 });
    const [, released] = await moved();
    await service.release(released);
    expect(await audit()).toEqual({ products: 5, differing: 0, differences: [] });
  });

  it('finds each product whose stock, whose reserved quantity or whose holds differ', async () => {
    const before = (await audit()).products;
    const [[stock], [reserved], [lost], [ended, endedRef]] = [
      await moved(),
      await moved(),
      await moved(),
      await moved(),
    ];
    await execute('UPDATE inventory SET stock_quantity = stock_quantity + 1 WHERE product_id = ?', stock.product_id);
    await execute('UPDATE inventory SET reserved_quantity = 2 WHERE product_id = ?', reserved.product_id);
    await execute("DELETE FROM inventory_movements WHERE product_id = ? AND reason = 'order shipped'", lost.product_id);
    await execute("UPDATE reservations SET status = 'released' WHERE order_ref = ?", endedRef);
    const books = { stock_quantity: 9, stock_rebuilt: 9, reserved_quantity: 3, reserved_rebuilt: 3, reserved_held: 3 };
    expect(await audit()).toEqual({
      products: before + 4,
      differing: 4,
      differences: [
        { ...books, product_id: stock.product_id, stock_quantity: 10 },
        { ...books, product_id: reserved.product_id, reserved_quantity: 2 },
        { ...books, product_id: lost.product_id, stock_rebuilt: 10, reserved_rebuilt: 4 },
        { ...books, product_id: ended.product_id, reserved_held: 0 },
      ],
    });
  });
});
