import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import { inTransaction, placeRaw, type RawPools } from './raw-order.js';
import { SQL } from './raw-sql.js';

/** The reference: node:http and mysql2, one process, nothing else. Arguments: database address with prefix, topic, pool size. */
const [databases = '', topic = '', poolSize = '10'] = process.argv.slice(2);

function pool(service: string): Pool {
  const created = createPool({ uri: `${databases}_${service}`, connectionLimit: Number(poolSize), timezone: 'Z' });
  created.on('connection', (connection) => {
    void connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });
  return created;
}

const pools: RawPools = { users: pool('users'), products: pool('products'), orders: pool('orders') };
const agent = new Agent({ keepAlive: true });
let wanted = false;
let relaying = false;

/** As the platform does after a commit: claim, publish, note, in the background. */
async function relay(): Promise<void> {
  wanted = true;
  if (relaying) return;
  relaying = true;
  while (wanted) {
    wanted = false;
    for (;;) {
      const claimed = await claim();
      if (claimed.length === 0) break;
      await Promise.all(claimed.map(publishOne));
    }
  }
  relaying = false;
}

interface Row {
  id: number;
  envelope: string;
  claim: string;
}

function claim(): Promise<Row[]> {
  return inTransaction(pools.orders, async (tx) => {
    const [rows] = await tx.execute<RowDataPacket[]>(SQL.due, [new Date()]);
    if (rows.length === 0) return [];
    const mark = randomUUID();
    const ids = rows.map(({ id }) => id as number);
    await tx.execute(SQL.take(ids.length), [mark, new Date(Date.now() + 20_000), ...ids]);
    return rows.map((row) => ({ ...(row as unknown as Row), claim: mark }));
  });
}

async function publishOne({ id, envelope, claim: mark }: Row): Promise<void> {
  const outgoing = request(topic, { method: 'POST', agent });
  outgoing.end(`Action=Publish&Message=${encodeURIComponent(envelope)}`);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  incoming.resume();
  await once(incoming, 'end');
  await pools.orders.execute(SQL.sent, [new Date(), envelope, id, mark]);
}

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(incoming, 'end');
  try {
    const { items } = JSON.parse(Buffer.concat(chunks).toString()) as { items: Parameters<typeof placeRaw>[3] };
    const key = String(incoming.headers['idempotency-key']);
    const order = await placeRaw(pools, Number(incoming.headers['x-user-id']), key, items);
    response.writeHead(201, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(order));
    void relay();
  } catch (error) {
    response.writeHead(500).end(JSON.stringify({ error: String(error) }));
  }
}

const server = createServer((incoming, response) => void serve(incoming, response)).listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
