import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ReservationStatus } from './reservation-status.js';

@Entity('reservations')
export class Reservation {
  @PrimaryGeneratedColumn({ name: 'reservation_id', type: 'int' })
  reservationId: number;

  @Column({ name: 'order_ref', type: 'varchar', length: 36 })
  orderRef: string;

  @Column({ name: 'status', type: 'varchar', length: 10 })
  status: ReservationStatus;

  /** From when a held reservation is settled with the orders service. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;
}
