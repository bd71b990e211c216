import type { Figure } from './figures.js';
import { none } from './figures.js';
import type { ProofPlatform } from './platform.js';

/** A line of an order, as orders stored it. */
export interface OrderedLine {
  order_item_id: number;
  order_id: number;
  order_ref: string;
  product_id: number;
  quantity: number;
  quantity_prepared: number;
  quantity_shipped: number;
  quantity_cancelled: number;
  quantity_returned: number;
}

type Place = 'quantity_prepared' | 'quantity_shipped' | 'quantity_cancelled' | 'quantity_returned';

interface Part {
  order_id: number;
  status: string;
  /** JSON. */
  items: string;
}

/** What leaves or comes back, once. */
interface MovedPart {
  ref: string;
  order_id: number;
  items: readonly StoredPieces[];
}

interface StoredPieces {
  order_item_id: number;
  quantity: number;
  condition?: string;
  restock?: boolean;
}

/** Counts of what disagrees in the books of orders and products. */
export interface PartsAudit {
  /** Lines of which more was sent, packed and cancelled than ordered, or more came back than left. */
  outOfBounds: number;
  /** Lines whose counters are not the sums of their order's parts. */
  miscounted: number;
  /** Lines of which products hold, have given up or have taken other pieces than orders say. */
  heldOtherwise: number;
  /** Shipments that took other stock than theirs, or took it twice. */
  consumedOtherwise: number;
  /** Returns that brought back other stock than they should, or brought it twice. */
  restockedOtherwise: number;
  /** Products whose stock is not the sum of its movements, or is not what came less what left. */
  stockOtherwise: number;
  /** Products whose reserved pieces are not the open ones. */
  reservedOtherwise: number;
}

/** Compares orders' lines with their parts, and both with reservations, stock and movements. */
export async function auditParts({ databases }: ProofPlatform): Promise<PartsAudit> {
  const rows = {
    lines: await databases.rows<OrderedLine>(
      'orders',
      `SELECT l.*, o.order_ref FROM order_items l JOIN orders o USING (order_id)`,
    ),
    shipments: await databases.rows<Part & { ref: string }>(
      'orders',
      'SELECT order_id, status, items, shipment_ref AS ref FROM shipments',
    ),
    cancellations: await databases.rows<Part>(
      'orders',
      "SELECT order_id, 'cancelled' AS status, items FROM cancellations",
    ),
    returns: await databases.rows<Part & { ref: string }>(
      'orders',
      'SELECT order_id, status, received AS items, return_ref AS ref FROM order_returns WHERE received IS NOT NULL',
    ),
  };
  const left = rows.shipments.filter(({ status }) => hasLeft(status)).map(moved);
  const returned = rows.returns.map(moved);
  const movements = await readMovements(databases);
  return {
    outOfBounds: rows.lines.filter(isOutOfBounds).length,
    miscounted: miscounted(rows),
    heldOtherwise: await heldOtherwise(databases, rows.lines),
    consumedOtherwise: movedOtherwise(left, movements, { lines: rows.lines, sign: -1, counts: () => true }),
    restockedOtherwise: movedOtherwise(returned, movements, {
      ...{ lines: rows.lines, sign: 1 },
      counts: ({ condition, restock }) => condition !== 'missing' && restock === true,
    }),
    ...(await stockOtherwise(databases, rows.lines)),
  };
}

/** The same as figures. */
export async function partFigures(platform: ProofPlatform): Promise<Figure[]> {
  const audit = await auditParts(platform);
  return [
    none('lines out of bounds', audit.outOfBounds),
    none('lines that are not the sums of their parts', audit.miscounted),
    none('lines held otherwise', audit.heldOtherwise),
    none('shipments not consumed once', audit.consumedOtherwise),
    none('products whose stock is not the sum of movements', audit.stockOtherwise),
    none('products whose holds are not what is open', audit.reservedOtherwise),
  ];
}

const hasLeft = (status: string): boolean => ['shipped', 'delivered', 'lost'].includes(status);

const moved = ({ ref, order_id, items }: Part & { ref: string }): MovedPart => ({ ref, order_id, items: parse(items) });

const parse = (items: string): StoredPieces[] => JSON.parse(items) as StoredPieces[];

function isOutOfBounds(line: OrderedLine): boolean {
  const { quantity, quantity_prepared, quantity_shipped, quantity_cancelled, quantity_returned } = line;
  const isNegative = [quantity_prepared, quantity_shipped, quantity_cancelled, quantity_returned].some((n) => n < 0);
  const isTooMuch = quantity_prepared + quantity_shipped + quantity_cancelled > quantity;
  return isNegative || isTooMuch || quantity_returned > quantity_shipped;
}

function miscounted(rows: { lines: OrderedLine[]; shipments: Part[]; cancellations: Part[]; returns: Part[] }): number {
  const sums = new Map<string, number>();
  const add = (place: Place, pieces: readonly StoredPieces[]) => {
    for (const { order_item_id, quantity } of pieces) {
      const key = `${place} ${order_item_id}`;
      sums.set(key, (sums.get(key) ?? 0) + quantity);
    }
  };
  for (const { status, items } of rows.shipments) {
    if (status === 'prepared') add('quantity_prepared', parse(items));
    else if (hasLeft(status)) add('quantity_shipped', parse(items));
  }
  for (const { items } of rows.cancellations) add('quantity_cancelled', parse(items));
  for (const { items } of rows.returns)
    add(
      'quantity_returned',
      parse(items).filter(({ condition }) => condition !== 'missing'),
    );
  const places = ['quantity_prepared', 'quantity_shipped', 'quantity_cancelled', 'quantity_returned'] as const;
  return rows.lines.filter((line) =>
    places.some((place) => line[place] !== (sums.get(`${place} ${line.order_item_id}`) ?? 0)),
  ).length;
}

interface Hold {
  order_ref: string;
  product_id: number;
  quantity: number;
  consumed: number;
  released: number;
}

async function heldOtherwise(databases: ProofPlatform['databases'], lines: OrderedLine[]): Promise<number> {
  const holds = await databases.rows<Hold>(
    'products',
    `SELECT order_ref, product_id, quantity, quantity_consumed AS consumed, quantity_released AS released
       FROM reservation_items`,
  );
  const known = new Map(holds.map((hold) => [`${hold.order_ref} ${hold.product_id}`, hold]));
  return lines.filter((line) => {
    const hold = known.get(`${line.order_ref} ${line.product_id}`);
    return (
      hold?.quantity !== line.quantity ||
      hold.consumed !== line.quantity_shipped ||
      hold.released !== line.quantity_cancelled
    );
  }).length;
}

type Movements = Map<string, { product_id: number; stock_delta: number }[]>;

async function readMovements(databases: ProofPlatform['databases']): Promise<Movements> {
  const rows = await databases.rows<{ part_ref: string; product_id: number; stock_delta: number }>(
    'products',
    'SELECT part_ref, product_id, stock_delta FROM inventory_movements WHERE part_ref IS NOT NULL',
  );
  return Map.groupBy(rows, ({ part_ref }) => part_ref);
}

function movedOtherwise(
  parts: readonly MovedPart[],
  movements: Movements,
  { lines, sign, counts }: { lines: OrderedLine[]; sign: number; counts: (pieces: StoredPieces) => boolean },
): number {
  const products = new Map(lines.map(({ order_item_id, product_id }) => [order_item_id, product_id]));
  return parts.filter(({ ref, items }) => {
    const due = new Map<number, number>();
    for (const { order_item_id, quantity } of items.filter(counts)) {
      const product = products.get(order_item_id) ?? 0;
      due.set(product, (due.get(product) ?? 0) + sign * quantity);
    }
    const found = movements.get(ref) ?? [];
    const isRight = found.every(({ product_id, stock_delta }) => due.get(product_id) === stock_delta);
    return !isRight || found.length !== due.size;
  }).length;
}

interface Stock {
  product_id: number;
  stock: number;
  reserved: number;
  moved_stock: number;
  moved_reserved: number;
  opened: number;
  restocked: number;
}

async function stockOtherwise(
  databases: ProofPlatform['databases'],
  lines: OrderedLine[],
): Promise<Pick<PartsAudit, 'stockOtherwise' | 'reservedOtherwise'>> {
  const stocks = await databases.rows<Stock>(
    'products',
    `SELECT i.product_id, i.stock_quantity AS stock, i.reserved_quantity AS reserved,
            SUM(m.stock_delta) AS moved_stock, SUM(m.reserved_delta) AS moved_reserved,
            SUM(CASE WHEN m.order_ref IS NULL THEN m.stock_delta ELSE 0 END) AS opened,
            SUM(CASE WHEN m.order_ref IS NOT NULL AND m.stock_delta > 0 THEN m.stock_delta ELSE 0 END) AS restocked
       FROM inventory i JOIN inventory_movements m USING (product_id) GROUP BY i.product_id`,
  );
  const ofProduct = Map.groupBy(lines, ({ product_id }) => product_id);
  const sum = (product: number, of: (line: OrderedLine) => number) =>
    (ofProduct.get(product) ?? []).reduce((total, line) => total + of(line), 0);
  const isOtherwise = (stock: Stock) =>
    stock.stock !== Number(stock.moved_stock) ||
    stock.stock !==
      Number(stock.opened) +
        Number(stock.restocked) -
        sum(stock.product_id, ({ quantity_shipped }) => quantity_shipped);
  const unsent = (line: OrderedLine) => line.quantity - line.quantity_shipped - line.quantity_cancelled;
  const isHeldOtherwise = (stock: Stock) =>
    stock.reserved !== Number(stock.moved_reserved) || stock.reserved !== sum(stock.product_id, unsent);
  return {
    stockOtherwise: stocks.filter(isOtherwise).length,
    reservedOtherwise: stocks.filter(isHeldOtherwise).length,
  };
}
