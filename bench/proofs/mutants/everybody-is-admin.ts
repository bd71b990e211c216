import 'reflect-metadata';
import { TokenVerifier } from '../../../libs/auth/src/token-verifier.js';

const { verify } = TokenVerifier.prototype;

/** Any token opens every route. */
TokenVerifier.prototype.verify = async function (this: TokenVerifier, token) {
  return { ...(await verify.call(this, token)), role: 'admin' };
};
