import { Clock, SystemClock } from '@app/kernel';
import { type DynamicModule, type FactoryProvider, Global, Module } from '@nestjs/common';
import { Inbox } from './inbox.js';
import { OutboxRows } from './outbox-rows.js';
import { Outbox } from './outbox.js';
import { OutboxOptions } from './publishers.js';
import { Relay } from './relay.js';

/** Outbox, relay and inbox of one service; sweeps from the app's start and drains before the database closes. */
@Global()
@Module({})
export class OutboxModule {
  static forRoot(options: OutboxOptions): DynamicModule {
    return this.forRootAsync({ useFactory: () => options });
  }

  /** Like `forRoot`, with publishers created from injected clients. */
  static forRootAsync(options: {
    imports?: DynamicModule['imports'];
    inject?: FactoryProvider['inject'];
    // Nest passes the providers in `inject`, which types cannot express.
    useFactory: (...injected: never[]) => OutboxOptions | Promise<OutboxOptions>;
  }): DynamicModule {
    return {
      module: OutboxModule,
      imports: options.imports ?? [],
      providers: [
        {
          provide: OutboxOptions,
          inject: options.inject ?? [],
          useFactory: options.useFactory as FactoryProvider['useFactory'],
        },
        { provide: Clock, useClass: SystemClock },
        OutboxRows,
        Relay,
        Outbox,
        Inbox,
      ],
      exports: [Outbox, Relay, Inbox],
    };
  }
}
