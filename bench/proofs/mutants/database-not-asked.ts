import 'reflect-metadata';
import { Database } from '@app/database';

/** A service says that it is ready because it runs. */
Database.prototype.ping = () => Promise.resolve();
