import type { Cluster, Redis } from 'ioredis';

/**
 * Steps that must be atomic. An entry and its renewal lease share a hash tag, so each script runs on one node of a
 * cluster. KEYS: the entry's place, which holds its loader's lease while it is missing; the renewal lease. ARGV[1]: the
 * caller's lease.
 */
const SCRIPTS = {
  // ARGV: lease, entry, lifetime in ms.
  storeUnderLease: `
    if redis.call('GET', KEYS[2]) == ARGV[1] then
      redis.call('DEL', KEYS[2])
    elseif redis.call('GET', KEYS[1]) ~= ARGV[1] then
      return 0
    end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    return 1`,
  releaseLease: `
    for _, key in ipairs(KEYS) do
      if redis.call('GET', key) == ARGV[1] then return redis.call('DEL', key) end
    end
    return 0`,
} as const;

/** The scripts as commands of the client. */
export interface LeaseCommands {
  storeUnderLease(place: string, renewalKey: string, lease: string, entry: Buffer, lifetimeMs: number): Promise<number>;
  releaseLease(place: string, renewalKey: string, lease: string): Promise<number>;
}

export function withLeaseCommands<C extends Redis | Cluster>(client: C): C & LeaseCommands {
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { numberOfKeys: 2, lua });
  return client as C & LeaseCommands;
}
