import { dataSourceOptions, mysqlAddress } from './options.js';

describe('database addresses', () => {
  const options = { defaultDatabase: 'orders', entities: [], migrations: [], poolSize: 3 };

  it("parses a MySQL address with escapes, and defaults to the service's own database", () => {
    expect(mysqlAddress({ ...options, url: 'mysql://a%40b:p%2Fw@db.example:3307' })).toEqual({
      host: 'db.example',
      port: 3307,
      username: 'a@b',
      password: 'p/w',
      database: 'orders',
    });
    expect(mysqlAddress({ ...options, url: 'mysql://u@[::1]/shop' })).toMatchObject({
      host: '::1',
      port: 3306,
      database: 'shop',
    });
  });

  it('never lets TypeORM change a schema', () => {
    for (const url of ['mysql://u:p@h/db', 'file:a/b.db']) {
      const { synchronize, migrationsRun } = dataSourceOptions({ ...options, url });
      expect([synchronize, migrationsRun]).toEqual([undefined, undefined]);
    }
  });

  it('refuses other databases', () => {
    expect(() => dataSourceOptions({ ...options, url: 'postgres://h/db' })).toThrow('mysql:// or file:');
  });
});
