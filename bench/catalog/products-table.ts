import { Readable } from 'node:stream';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { foldedKey, searchWords } from '../../apps/products/src/products/search-words.js';

const PER_CHUNK = 2_000;
const CATEGORIES = ['Audio', 'Books', 'Cameras', 'Garden', 'Kitchen', 'Lamps', 'Phones', 'Toys'];
const ADJECTIVES = ['Quiet', 'Bright', 'Wireless', 'Folding', 'Heavy', 'Small', 'Blue', 'Warm', 'Fast', 'Plain'];
const NOUNS = ['Mouse', 'Lamp', 'Chair', 'Kettle', 'Speaker', 'Camera', 'Shelf', 'Phone', 'Spade', 'Robot'];
const EPOCH = Date.UTC(2026, 0, 1);

const COLUMNS =
  'sku, name, description, category, price, status, name_key, category_key, search_words, created_at, updated_at, version';

/** The words that hundreds of products share, found once. */
const shared = new Map<string, string>();

function wordsOf(text: string): string {
  let words = shared.get(text);
  if (words === undefined) shared.set(text, (words = searchWords(text).join(' ')));
  return words;
}

/** The n-th product, always the same; a tab separates its columns. */
function row(n: number): string {
  const kind = `${ADJECTIVES[n % 10]} ${NOUNS[Math.floor(n / 10) % 10]}`;
  const name = `${kind} ${n}`;
  const about = 'one of many. Two years on one battery, three buttons, and a box of its own.';
  const category = CATEGORIES[n % CATEGORIES.length] as string;
  const at = new Date(EPOCH + n * 1_000).toISOString().slice(0, 23).replace('T', ' ');
  const words = `${wordsOf(`${kind} ${about}`)} ${searchWords(String(n)).join(' ')}`;
  const price = 100 + ((n * 7_919) % 1_000_000);
  return [
    ...[`SKU-${String(n).padStart(8, '0')}`, name, `${name}, ${about}`, category, price, 'active'],
    ...[foldedKey(name, 255), foldedKey(category, 100), words, at, at, 1],
  ].join('\t');
}

function* chunks(count: number, tell: (done: number) => void): Generator<Buffer> {
  for (let from = 1; from <= count; from += PER_CHUNK) {
    const rows = Array.from({ length: Math.min(PER_CHUNK, count - from + 1) }, (_, index) => row(from + index));
    yield Buffer.from(`${rows.join('\n')}\n`);
    tell(Math.min(count, from + PER_CHUNK - 1));
  }
}

/** Fills the empty tables of a products database; the indexes are built afterwards, which takes a third of the time. */
export async function fillProducts(databaseUrl: string, count: number, tell: (text: string) => void): Promise<void> {
  const connection = await createConnection({ uri: databaseUrl, timezone: 'Z' });
  try {
    const indexes = await indexesOf(connection);
    const alter = async (changes: string[]) => {
      if (changes.length > 0) await connection.query(`ALTER TABLE products ${changes.join(', ')}`);
    };
    await alter(indexes.map(({ name }) => `DROP INDEX ${name}`));
    await connection.query({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE products CHARACTER SET utf8mb4 (${COLUMNS})`,
      infileStreamFactory: () => Readable.from(chunks(count, (done) => tell(`${done} of ${count} products`))),
    });
    tell('indexes');
    await alter(indexes.filter(({ isText }) => !isText).map(({ definition }) => `ADD ${definition}`));
    for (const { definition } of indexes.filter(({ isText }) => isText)) await alter([`ADD ${definition}`]);
    await connection.query(
      `INSERT INTO inventory (product_id, stock_quantity, reserved_quantity, low_stock_threshold, sellable, updated_at, version)
       SELECT product_id, product_id % 50, 0, 0, 1, created_at, 1 FROM products`,
    );
    await connection.query('ANALYZE TABLE products, inventory');
  } finally {
    await connection.end();
  }
}

interface Index {
  name: string;
  isText: boolean;
  definition: string;
}

async function indexesOf(connection: Connection): Promise<Index[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT index_name AS name, MIN(non_unique) AS many, MIN(index_type) AS type,
       GROUP_CONCAT(column_name ORDER BY seq_in_index) AS columns
     FROM information_schema.statistics
     WHERE table_schema = DATABASE() AND table_name = 'products' AND index_name <> 'PRIMARY' GROUP BY index_name`,
  );
  return rows.map(({ name, many, type, columns }): Index => {
    const isText = type === 'FULLTEXT';
    const kind = isText ? 'FULLTEXT ' : Number(many) === 0 ? 'UNIQUE ' : '';
    return { name: String(name), isText, definition: `${kind}INDEX ${String(name)} (${String(columns)})` };
  });
}
