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

  /** As `forRoot`, with publishers made from injected clients. */
  static forRootAsync(options: {
    imports?: DynamicModule['imports'];
    inject?: FactoryProvider['inject'];
    // Nest calls it with what `inject` names, which the type system cannot follow.
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
