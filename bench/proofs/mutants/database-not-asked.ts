import 'reflect-metadata';
import { Database } from '@app/database';

/** A running service always reports ready. */
Database.prototype.ping = () => Promise.resolve();
