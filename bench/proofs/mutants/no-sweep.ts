import 'reflect-metadata';
import { ReservationSweeper } from '../../../apps/products/src/reservations/reservation-sweeper.js';

/** Never sweeps expired holds. */
ReservationSweeper.prototype.sweep = () => Promise.resolve(0);
