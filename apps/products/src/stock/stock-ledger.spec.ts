import type { Tx } from '@app/database';
import type { Outbox } from '@app/outbox';
import type { Invalidations } from '../cache/invalidations.js';
import type { InventoryRepository, StockChange, StockLevel } from './inventory.repository.js';
import { StockLedger, StockRefusedError } from './stock-ledger.js';

const TX = {} as Tx;
const NOW = new Date('2026-11-22T12:00:00.000Z');

function level(product_id: number, available: number, low_stock_threshold = 0): StockLevel {
  return { product_id, sku: `S${product_id}`, name: 'Mouse', available, low_stock_threshold, version: 2 };
}

function newLedger(levels: StockLevel[], refused: number[] = []) {
  const calls: string[] = [];
  const inventory: Pick<InventoryRepository, 'insertMovements' | 'applyChange' | 'levels'> = {
    insertMovements: async (_, changes) => void calls.push(`movements ${changes.map((c) => c.product_id).join()}`),
    applyChange: async (_, { product_id }) => {
      calls.push(`change ${product_id}`);
      return !refused.includes(product_id);
    },
    levels: async () => levels,
  };
  const append = jest.fn<Promise<void>, Parameters<Outbox['append']>>(async () => undefined);
  const ledger = new StockLedger(
    inventory as InventoryRepository,
    { append } as unknown as Outbox,
    { record: async (_: Tx, change: object) => ({ ...change, notices: ['n'] }) } as unknown as Invalidations,
    { now: () => NOW },
  );
  return { ledger, calls, append };
}

const reserve = (product_id: number, n: number): StockChange => ({ product_id, stock_delta: 0, reserved_delta: n });

describe('StockLedger', () => {
  it('writes the movements first, then changes products in the order of their ids', async () => {
    const { ledger, calls } = newLedger([level(1, 5), level(3, 5)]);
    await ledger.apply(TX, [reserve(3, 1), reserve(1, 1)], { reason: 'x' });
    expect(calls).toEqual(['movements 1,3', 'change 1', 'change 3']);
  });

  it('reports the refused change and those not tried', async () => {
    const { ledger } = newLedger([], [2]);
    const applied = ledger.apply(TX, [reserve(1, 1), reserve(2, 1), reserve(3, 1)], { reason: 'x' });
    await expect(applied).rejects.toThrow(StockRefusedError);
    await expect(applied).rejects.toMatchObject({ refused: [reserve(2, 1), reserve(3, 1)] });
  });

  it.each([
    { what: 'reserved to the threshold', change: reserve(1, 3), after: level(1, 5, 5), low: 1 },
    { what: 'it is still above', change: reserve(1, 3), after: level(1, 6, 5), low: 0 },
    { what: 'it was low before', change: reserve(1, 3), after: level(1, 2, 5), low: 0 },
    {
      what: 'stock is written off',
      change: { product_id: 1, stock_delta: -4, reserved_delta: 0 },
      after: level(1, 3, 5),
      low: 1,
    },
    {
      what: 'goods are shipped',
      change: { product_id: 1, stock_delta: -4, reserved_delta: -4 },
      after: level(1, 5, 5),
      low: 0,
    },
    { what: 'stock is released', change: reserve(1, -3), after: level(1, 5, 5), low: 0 },
  ])(
    'publishes low stock only when the available quantity reaches the threshold: $what',
    async ({ change, after, low }) => {
      const { ledger, append } = newLedger([after]);
      await ledger.apply(TX, [change], { reason: 'x' });
      expect(append.mock.calls.map(([, envelope]) => envelope.event_type)).toEqual(low ? ['inventory.low'] : []);
    },
  );

  it.each([
    { what: 'sells out', change: reserve(1, 3), after: level(1, 0), lists: true },
    { what: 'is available again', change: reserve(1, -3), after: level(1, 3), lists: true },
    { what: 'is still available', change: reserve(1, 3), after: level(1, 1), lists: false },
  ])('returns what to invalidate when a product $what', async ({ change, after, lists }) => {
    const { ledger } = newLedger([after]);
    const recorded = await ledger.apply(TX, [change], { reason: 'x' });
    expect([recorded.inventory, recorded.lists ?? false]).toEqual([[1], lists]);
  });
});
