import { Readable } from 'node:stream';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { productKeys } from '../../apps/products/src/catalog/product-keys.js';

const PER_CHUNK = 2_000;
const CATEGORIES = ['Audio', 'Books', 'Cameras', 'Garden', 'Kitchen', 'Lamps', 'Phones', 'Toys'];
const ADJECTIVES = ['Quiet', 'Bright', 'Wireless', 'Folding', 'Heavy', 'Small', 'Blue', 'Warm', 'Fast', 'Plain'];
const NOUNS = ['Mouse', 'Lamp', 'Chair', 'Kettle', 'Speaker', 'Camera', 'Shelf', 'Phone', 'Spade', 'Robot'];
const EPOCH = Date.UTC(2026, 0, 1);

const COLUMNS =
  'sku, name, description, category, price, status, name_key, category_key, search_words, created_at, updated_at, version';

interface Rows {
  product: string;
  words: string;
}

/** The n-th product and its words, always the same, as columns separated by tabs. */
function rowsOf(n: number): Rows {
  const kind = `${ADJECTIVES[n % 10]} ${NOUNS[Math.floor(n / 10) % 10]}`;
  const [sku, name] = [`SKU-${String(n).padStart(8, '0')}`, `${kind} ${n}`];
  const description = `${name}, one of many. Two years on one battery, three buttons, and a box of its own.`;
  const category = CATEGORIES[n % CATEGORIES.length] as string;
  const { nameKey, categoryKey, searchWords, words } = productKeys({ sku, name, description, category });
  const at = new Date(EPOCH + n * 1_000).toISOString().slice(0, 23).replace('T', ' ');
  const price = 100 + ((n * 7_919) % 1_000_000);
  const product = [sku, name, description, category, price, 'active', nameKey, categoryKey, searchWords, at, at, 1];
  return { product: product.join('\t'), words: [n, words, 1].join('\t') };
}

function* chunks(count: number, of: keyof Rows, report: (done: number) => void): Generator<Buffer> {
  for (let from = 1; from <= count; from += PER_CHUNK) {
    const size = Math.min(PER_CHUNK, count - from + 1);
    const rows = Array.from({ length: size }, (_, index) => rowsOf(from + index)[of]);
    yield Buffer.from(`${rows.join('\n')}\n`);
    report(Math.min(count, from + PER_CHUNK - 1));
  }
}

/** Fills the empty tables of a products database. Building the indexes afterwards needs only a third of the time. */
export async function fillProducts(databaseUrl: string, count: number, report: (text: string) => void): Promise<void> {
  const connection = await createConnection({ uri: databaseUrl, timezone: 'Z' });
  try {
    await filled(connection, 'products', () =>
      connection.query({
        sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE products CHARACTER SET utf8mb4 (${COLUMNS})`,
        infileStreamFactory: () =>
          Readable.from(chunks(count, 'product', (done) => report(`${done} of ${count} products`))),
      }),
    );
    report('words');
    await filled(connection, 'product_words', () =>
      connection.query({
        sql: "LOAD DATA LOCAL INFILE 'rows' INTO TABLE product_words (product_id, words, of_version)",
        infileStreamFactory: () =>
          Readable.from(chunks(count, 'words', (done) => report(`words of ${done} of ${count}`))),
      }),
    );
    await connection.query(
      `INSERT INTO inventory (product_id, stock_quantity, reserved_quantity, low_stock_threshold, sellable, updated_at, version)
       SELECT product_id, product_id % 50, 0, 0, 1, created_at, 1 FROM products`,
    );
    await connection.query('ANALYZE TABLE products, product_words, inventory');
  } finally {
    await connection.end();
  }
}

/** Drops all indexes except the primary key during the work, and then builds them again. */
async function filled(connection: Connection, table: string, work: () => Promise<unknown>): Promise<void> {
  const indexes = await indexesOf(connection, table);
  const alter = async (changes: string[]) => {
    if (changes.length > 0) await connection.query(`ALTER TABLE ${table} ${changes.join(', ')}`);
  };
  await alter(indexes.map(({ name }) => `DROP INDEX ${name}`));
  await work();
  await alter(indexes.filter(({ isText }) => !isText).map(({ definition }) => `ADD ${definition}`));
  for (const { definition } of indexes.filter(({ isText }) => isText)) await alter([`ADD ${definition}`]);
}

interface Index {
  name: string;
  isText: boolean;
  definition: string;
}

async function indexesOf(connection: Connection, table: string): Promise<Index[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT index_name AS name, MIN(non_unique) AS many, MIN(index_type) AS type,
       GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
     FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = ? AND index_name <> 'PRIMARY' GROUP BY index_name`,
    [table],
  );
  return rows.map(({ name, many, type, columns }): Index => {
    const isText = type === 'FULLTEXT';
    const kind = isText ? 'FULLTEXT ' : Number(many) === 0 ? 'UNIQUE ' : '';
    return { name: String(name), isText, definition: `${kind}INDEX ${String(name)} (${String(columns)})` };
  });
}
