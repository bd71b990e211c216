import { createPool } from 'mysql2/promise';
import { foldedKey, searchWords } from '../../apps/products/src/products/search-words.js';

const PER_INSERT = 2_000;
const CATEGORIES = ['Audio', 'Books', 'Cameras', 'Garden', 'Kitchen', 'Lamps', 'Phones', 'Toys'];
const ADJECTIVES = ['Quiet', 'Bright', 'Wireless', 'Folding', 'Heavy', 'Small', 'Blue', 'Warm', 'Fast', 'Plain'];
const NOUNS = ['Mouse', 'Lamp', 'Chair', 'Kettle', 'Speaker', 'Camera', 'Shelf', 'Phone', 'Spade', 'Robot'];
const EPOCH = Date.UTC(2026, 0, 1);

const COLUMNS =
  'sku, name, description, category, price, status, name_key, category_key, search_words, created_at, updated_at, version';

/** The n-th product, always the same. */
function row(n: number): unknown[] {
  const name = `${ADJECTIVES[n % 10]} ${NOUNS[Math.floor(n / 10) % 10]} ${n}`;
  const description = `${name}, one of many. Two years on one battery, three buttons, and a box of its own.`;
  const category = CATEGORIES[n % CATEGORIES.length] as string;
  const at = new Date(EPOCH + n * 1_000);
  const words = searchWords(`${name} ${description}`).join(' ');
  const price = 100 + ((n * 7_919) % 1_000_000);
  return [
    ...[`SKU-${String(n).padStart(8, '0')}`, name, description, category, price, 'active'],
    ...[foldedKey(name, 255), foldedKey(category, 100), words, at, at, 1],
  ];
}

/** Fills the empty tables of a products database. */
export async function fillProducts(databaseUrl: string, count: number): Promise<void> {
  const pool = createPool({ uri: databaseUrl, timezone: 'Z', connectionLimit: 1 });
  for (let from = 1; from <= count; from += PER_INSERT) {
    const rows = Array.from({ length: Math.min(PER_INSERT, count - from + 1) }, (_, index) => row(from + index));
    await pool.query(`INSERT INTO products (${COLUMNS}) VALUES ?`, [rows]);
  }
  await pool.query(
    `INSERT INTO inventory (product_id, stock_quantity, reserved_quantity, low_stock_threshold, sellable, updated_at, version)
     SELECT product_id, product_id % 50, 0, 0, 1, created_at, 1 FROM products`,
  );
  await pool.query('ANALYZE TABLE products, inventory');
  await pool.end();
}
