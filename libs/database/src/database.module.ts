import { type DynamicModule, Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import { dataSourceOptions, type DatabaseOptions } from './options.js';

/** Opens the service's database (created and migrated first) and closes it with the app. Exports `Database`. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(options: DatabaseOptions): DynamicModule {
    // Nest registers data sources by name in the process, and a process may run several services.
    const name = `${options.defaultDatabase}-${randomUUID()}`;
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          name,
          // A failed start is reported at once; the supervisor of the process tries again.
          useFactory: () => ({ ...dataSourceOptions(options), toRetry: () => false }),
          dataSourceFactory: () => openDataSource(options),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [getDataSourceToken(name)],
          useFactory: (dataSource: DataSource) => new Database(dataSource),
        },
      ],
      exports: [Database],
    };
  }
}
