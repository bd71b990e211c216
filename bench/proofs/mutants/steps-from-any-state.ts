import 'reflect-metadata';
import type { Database } from '@app/database';
import { STEPS } from '../../../apps/products/src/reservations/reservation-status.js';
import { ReservationsRepository } from '../../../apps/products/src/reservations/reservations.repository.js';

/** A reservation takes a step from any state. */
ReservationsRepository.prototype.advance = async function (tx, orderRef, step, now) {
  const { database } = this as unknown as { database: Database };
  const sql = 'UPDATE reservations SET status = ?, updated_at = ? WHERE order_ref = ?';
  return (await database.execute(sql, [STEPS[step].to, now, orderRef], tx)).affected === 1;
};
