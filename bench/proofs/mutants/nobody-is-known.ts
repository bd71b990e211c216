import 'reflect-metadata';
import { KnownClients } from '../../../apps/users/src/credentials/known-clients.js';

/** Known clients wait in the same queue as those who guess. */
KnownClients.prototype.has = () => Promise.resolve(false);
