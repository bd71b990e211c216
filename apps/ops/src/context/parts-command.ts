import type { INestApplicationContext } from '@nestjs/common';
import { CommandRunner } from 'nest-commander';
import { OrdersOperationsModule, PartsAdminService } from '../../../orders/src/operations-app.module.js';
import { Place } from './place.js';
import { runWith } from './run-with.js';

/** A command that reads parts of orders: shipments or returns. */
export abstract class PartsCommand extends CommandRunner {
  protected constructor(private readonly place: Place) {
    super();
  }

  protected async onParts<T>(work: (parts: PartsAdminService) => Promise<T>): Promise<T> {
    const module = OrdersOperationsModule.forDatabase(await this.place.database('orders'));
    return runWith(module, (app: INestApplicationContext) => work(app.get(PartsAdminService)));
  }
}
