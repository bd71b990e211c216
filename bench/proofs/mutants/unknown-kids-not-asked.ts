import 'reflect-metadata';
import { CachedKeySource } from '../../../libs/auth/src/key-source.js';

/** Verifiers keep their keys for five minutes, even if a token has an unknown key. */
CachedKeySource.prototype.refresh = function (this: CachedKeySource) {
  return this.keys();
};
