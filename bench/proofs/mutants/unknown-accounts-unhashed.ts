import 'reflect-metadata';
import { Passwords } from '../../../apps/users/src/credentials/passwords.js';

const { verify } = Passwords.prototype;

/** An unknown account is refused at once, which tells that it is unknown. */
Passwords.prototype.verify = function (this: Passwords, password, phc) {
  return phc === undefined ? Promise.resolve(false) : verify.call(this, password, phc);
};
