import { Database, type DatabaseAccess, type DatabaseOptions, openDataSource } from '@app/database';
import type { EntityMetadata, ObjectLiteral } from 'typeorm';
import { notifierDatabase } from '../../apps/notifier/src/database/data-source.js';
import { ordersDatabase } from '../../apps/orders/src/database/data-source.js';
import { paymentsDatabase } from '../../apps/payments/src/database/data-source.js';
import { productsDatabase } from '../../apps/products/src/database/data-source.js';
import { usersDatabase } from '../../apps/users/src/database/data-source.js';
import { describeOnEachDatabase } from '../support/databases.js';

/** A value of each type, other than null and than what a column might have by default. */
const VALUES: Record<string, unknown> = {
  int: 1,
  bigint: 1,
  varchar: 'x',
  text: 'x',
  boolean: true,
  datetime: new Date('2026-11-22T10:11:12.345Z'),
};

/** Values that a constraint of the table asks for: a piece is either shipped or cancelled, and a discount lowers a total. */
const OWN_VALUES: ObjectLiteral = {
  OrderLine: { quantity: 3, priceAtOrder: 1, lineTotal: 2 },
  ReservationLine: { quantity: 3 },
};

/** A row with a value in every column that the database does not generate. */
const filled = ({ columns, name }: EntityMetadata): ObjectLiteral => ({
  ...Object.fromEntries(
    columns
      .filter(({ isGenerated }) => !isGenerated)
      .map(({ propertyName, type }) => [propertyName, VALUES[String(type)]]),
  ),
  ...(OWN_VALUES[name] as ObjectLiteral | undefined),
});

const SERVICES: Record<string, (access: DatabaseAccess) => DatabaseOptions> = {
  users: usersDatabase,
  products: productsDatabase,
  orders: ordersDatabase,
  notifier: notifierDatabase,
  payments: paymentsDatabase,
};

for (const [name, options] of Object.entries(SERVICES)) {
  describeOnEachDatabase(`the tables of ${name}`, (databaseUrl) => {
    it('store a value in every column of their entities', async () => {
      const opened = options({ url: databaseUrl(), poolSize: 2 });
      const database = new Database(await openDataSource(opened));
      try {
        // A table comes after those that it refers to.
        for (const entity of opened.entities) {
          const row = filled(database.dataSource.getMetadata(entity));
          await database.insert<ObjectLiteral>(entity, [row]);
          const stored = await database.repository<ObjectLiteral>(entity).find();
          expect({ [entity.name]: stored }).toEqual({ [entity.name]: [expect.objectContaining(row)] });
        }
      } finally {
        await database.close();
      }
    });
  });
}
