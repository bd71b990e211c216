import { type INestApplicationContext, Injectable } from '@nestjs/common';
import { PaymentsOperationsModule } from '../../../payments/src/operations-app.module.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

/** Runs the operations of payments for one command. */
@Injectable()
export class Payments {
  constructor(private readonly place: Place) {}

  /** What is stored. */
  async read<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    return runWith(PaymentsOperationsModule.forDatabase(await this.place.database('payments'), this.place.stage), work);
  }

  /** Work that asks the payment provider. */
  async run<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const [access, provider] = await Promise.all([this.place.database('payments'), this.place.paymentProvider()]);
    return runWith(PaymentsOperationsModule.forDatabase(access, this.place.stage, provider), work);
  }
}
