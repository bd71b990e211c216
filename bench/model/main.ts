import 'reflect-metadata';
import { join } from 'node:path';
import { checkModel } from './check.js';
import { World } from './world.js';

/** The proof's input to this process. */
export interface ModelOrder {
  runs: number;
  seed: number;
  /** A folder for embedded databases, or a server's address with a prefix: `mysql://…/prefix`. */
  where: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as ModelOrder;
const world = await World.open((service) =>
  order.where.startsWith('mysql:') ? `${order.where}_${service}` : `file:${join(order.where, `${service}.db`)}`,
);
const verdict = await checkModel(world, { ...order, onRun: (done) => process.send?.({ done }) });
await world.close();
process.send?.({ verdict }, () => process.exit(0));
