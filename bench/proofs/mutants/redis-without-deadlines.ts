import 'reflect-metadata';
import { RedisLink } from '../../../libs/coherent-cache/src/redis-link.js';

/** Always asks Redis, and waits without a deadline. */
RedisLink.prototype.run = (send) => send();
for (const name of ['usable', 'reachable']) Object.defineProperty(RedisLink.prototype, name, { get: () => true });
