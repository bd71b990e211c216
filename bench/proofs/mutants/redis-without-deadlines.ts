import 'reflect-metadata';
import { RedisLink } from '../../../apps/products/src/cache/redis-link.js';

/** Redis is always asked and always waited for. */
RedisLink.prototype.run = (send) => send();
Object.defineProperty(RedisLink.prototype, 'usable', { get: () => true });
