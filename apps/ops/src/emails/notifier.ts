import { type INestApplicationContext, Injectable } from '@nestjs/common';
import { NotifierOperationsModule } from '../../../notifier/src/operations-app.module.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

/** Runs the notifier's operations for one command. */
@Injectable()
export class Notifier {
  constructor(private readonly place: Place) {}

  async run<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
    const [access, key] = await Promise.all([this.place.database('notifier'), this.place.addressHashKey()]);
    return runWith(NotifierOperationsModule.forDatabase(access, key), work);
  }
}
