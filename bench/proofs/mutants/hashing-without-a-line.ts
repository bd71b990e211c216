import 'reflect-metadata';
import { WorkGate } from '../../../apps/users/src/credentials/work-gate.js';

/** Everybody hashes at once, and nobody is refused. */
WorkGate.prototype.run = (job) => job();
