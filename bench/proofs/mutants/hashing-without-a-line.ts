import 'reflect-metadata';
import { WorkGate } from '../../../apps/users/src/auth/work-gate.js';

/** Everybody hashes at once, and nobody is refused. */
WorkGate.prototype.run = (job) => job();
