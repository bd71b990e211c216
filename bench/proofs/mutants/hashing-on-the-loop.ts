import 'reflect-metadata';
import crypto, { argon2Sync } from 'node:crypto';

/** Hashes passwords on the event loop. */
const onTheLoop: typeof crypto.argon2 = (algorithm, parameters, callback) => {
  callback(null, argon2Sync(algorithm, parameters));
};
Object.assign(crypto, { argon2: onTheLoop });
