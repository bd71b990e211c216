import 'reflect-metadata';
import { Passwords } from '../../../apps/users/src/credentials/passwords.js';

const { verify } = Passwords.prototype;

/** Refuses an unknown account at once, which reveals that it is unknown. */
Passwords.prototype.verify = function (this: Passwords, password, phc) {
  return phc === undefined ? Promise.resolve(false) : verify.call(this, password, phc);
};
