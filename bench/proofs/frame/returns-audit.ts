import type { ProofPlatform } from './platform.js';
import type { Arrival } from './return-desk.js';

/** An order with what it is credited, in minor units. */
export interface CreditedOrder {
  order_id: number;
  status: string;
  total: number;
  credited: number;
  refunded: number;
}

interface Line {
  order_item_id: number;
  order_id: number;
  quantity: number;
  kept: number;
  /** What its customer pays for all of it. */
  cost: number;
}

interface StoredReturn {
  return_id: number;
  order_id: number;
  status: string;
  worth: number;
  refund: number;
  fee: number;
}

/** Returns and credits by orders' books, compared with what was acknowledged and with each other. */
export interface ReturnsAudit {
  orders: CreditedOrder[];
  received: number;
  settled: number;
  /** Returns that are worth more or less than what arrived of them. */
  wronglyWorth: number;
  /** Of which more was refunded and kept than they are worth. */
  overRefunded: number;
  /** Orders of which nothing is left, and whose parts do not sum to what they cost. */
  notSummingUp: number;
  /** Orders that are credited other than their cancellations and settled returns. */
  wronglyCredited: number;
}

/** `prices` do not include tax, and no discount is given. */
export async function auditReturns({ databases }: ProofPlatform, arrivals: readonly Arrival[]): Promise<ReturnsAudit> {
  const number = <T extends object>(row: T): T =>
    Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key === 'status' ? value : Number(value)])) as T;
  const read = async <T extends object>(sql: string) => (await databases.rows<T>('orders', sql)).map(number);
  const orders = await read<CreditedOrder>(
    'SELECT order_id, status, order_total AS total, credited_total AS credited, amount_refunded AS refunded FROM orders',
  );
  const lines = await read<Line>(
    `SELECT order_item_id, order_id, quantity, quantity - quantity_cancelled - quantity_returned AS kept,
            line_total + tax_total AS cost FROM order_items`,
  );
  const cancelled = await read<{ order_id: number; amount: number }>('SELECT order_id, amount FROM cancellations');
  const returns = await read<StoredReturn>(
    `SELECT return_id, order_id, status, received_value AS worth, COALESCE(refund_amount, 0) AS refund,
            COALESCE(fee, 0) AS fee FROM order_returns WHERE received IS NOT NULL`,
  );
  const settled = returns.filter(({ status }) => status === 'settled');
  const linesOf = Map.groupBy(lines, ({ order_id }) => order_id);
  const credits = sums([...cancelled, ...settled.map(({ order_id, refund }) => ({ order_id, amount: refund }))]);
  const parts = sums([...cancelled, ...returns.map(({ order_id, worth }) => ({ order_id, amount: worth }))]);
  const isGone = (orderId: number) => (linesOf.get(orderId) ?? []).every(({ kept }) => kept === 0);
  const shipping = new Map(
    orders.map(({ order_id, total }) => {
      const costs = (linesOf.get(order_id) ?? []).map(({ cost }) => cost);
      return [order_id, costs.reduce((rest, cost) => rest - cost, total)];
    }),
  );
  const isWorth = ({ order_id, return_id, worth }: StoredReturn) => {
    const arrived = arrivals.filter(({ returnId }) => returnId === return_id).flatMap(({ pieces }) => pieces);
    const [least, most] = worthOf(linesOf.get(order_id) ?? [], arrived);
    // The last piece of an order brings its shipping back.
    const last = isGone(order_id) ? (shipping.get(order_id) ?? 0) : 0;
    return [worth, worth - last].some((value) => value >= least && value <= most);
  };
  return {
    orders,
    received: returns.length,
    settled: settled.length,
    wronglyWorth: returns.filter((each) => !isWorth(each)).length,
    overRefunded: settled.filter(({ worth, refund, fee }) => refund < 0 || fee < 0 || refund + fee > worth).length,
    notSummingUp: orders.filter(({ order_id, total }) => isGone(order_id) && parts.get(order_id) !== total).length,
    wronglyCredited: orders.filter(
      ({ order_id, credited, status }) => status !== 'cancelled' && credited !== (credits.get(order_id) ?? 0),
    ).length,
  };
}

function sums(amounts: readonly { order_id: number; amount: number }[]): Map<number, number> {
  const byOrder = Map.groupBy(amounts, ({ order_id }) => order_id);
  return new Map([...byOrder].map(([id, each]) => [id, each.reduce((sum, { amount }) => sum + amount, 0)]));
}

/** Between which amounts pieces are worth: each of a line costs the same, but for a minor unit. */
function worthOf(lines: readonly Line[], pieces: Arrival['pieces']): [least: number, most: number] {
  const shares = pieces.map(({ order_item_id, quantity }) => {
    const line = lines.find((each) => each.order_item_id === order_item_id);
    const each = (line?.cost ?? 0) / (line?.quantity ?? 1);
    return [quantity * Math.floor(each), quantity * Math.ceil(each)] as const;
  });
  return [shares.reduce((sum, [least]) => sum + least, 0), shares.reduce((sum, [, most]) => sum + most, 0)];
}
