import 'reflect-metadata';
import { KnownClients } from '../../../apps/users/src/credentials/known-clients.js';

/** Whoever has logged in before waits in line with those who guess. */
KnownClients.prototype.has = () => Promise.resolve(false);
