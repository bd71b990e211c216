import { backoff, sleep } from '@app/async';
import { DomainError } from '@app/kernel';
import { isTransient } from './driver-errors.js';

const RETRIES = 5;

/** Runs the whole transaction again after a deadlock or lock wait timeout, up to 5 times with jitter. */
export async function retryTransient<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (attempt >= RETRIES) {
        throw new DomainError('service-unavailable', 'The database is busy. Try again later.', { cause: error });
      }
      await sleep(backoff(attempt, { base: 20, max: 500 }));
    }
  }
}
