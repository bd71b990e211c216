/** Fields of the objects that lists are filtered by. */
const FIELDS = ['object', 'created', 'payment_intent', 'charge', 'customer', 'email', 'type'];

const indexOf = (field: string) =>
  `CREATE INDEX IF NOT EXISTS of_${field} ON objects (object, ${field}, created, position) WHERE ${field} IS NOT NULL;`;

/** The tables of the wire's SQLite file. */
export const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS objects (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    ${FIELDS.map((name) => `${name} AS (body ->> '${name}')`).join(', ')}
  );
  CREATE INDEX IF NOT EXISTS of_kind ON objects (object, created, position);
  ${['payment_intent', 'charge', 'customer'].map(indexOf).join('\n  ')}
  CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, endpoint TEXT, fingerprint TEXT, request_id TEXT, status INTEGER, body TEXT, at INTEGER
  );
  CREATE TABLE IF NOT EXISTS tasks (
    position INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, subject TEXT NOT NULL, due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX IF NOT EXISTS by_due ON tasks (due);
`;
