import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { notifierDatabase } from '../../notifier/src/database/data-source.js';
import { ordersDatabase } from '../../orders/src/database/data-source.js';
import { productsDatabase } from '../../products/src/database/data-source.js';
import { usersDatabase } from '../../users/src/database/data-source.js';

/** Every service with a database of its own, and how that is described. */
export const SERVICES: Readonly<Record<string, (access: DatabaseAccess) => DatabaseOptions>> = {
  users: usersDatabase,
  products: productsDatabase,
  orders: ordersDatabase,
  notifier: notifierDatabase,
};

/** The database of a service on the stage's server. */
export const databaseName = (service: string): string => `commerce_${service}`;
