import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Claim, Claims } from '../../../libs/idempotency/src/claims.js';

/** Runs every request, whatever its Idempotency-Key. */
Claims.prototype.claim = (keyHash) => Promise.resolve(new Claim(keyHash, randomUUID(), randomUUID()));
Claims.prototype.commit = (_tx, claim) => {
  claim.committed = true;
  return Promise.resolve();
};
