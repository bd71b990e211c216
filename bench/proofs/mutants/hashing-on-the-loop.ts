import 'reflect-metadata';
import crypto, { argon2Sync } from 'node:crypto';

/** Passwords are hashed where requests are served. */
const onTheLoop: typeof crypto.argon2 = (algorithm, parameters, callback) => {
  callback(null, argon2Sync(algorithm, parameters));
};
Object.assign(crypto, { argon2: onTheLoop });
