import type { Cluster, Redis } from 'ioredis';

/**
 * What must happen at one moment. An entry and its leases share a hash tag, so each script runs on one node of a cluster.
 * KEYS: the entry, the lease. ARGV[1]: the caller's token.
 */
const SCRIPTS = {
  // ARGV: token, lease in ms, the token of the entry that the caller cannot use.
  catalogAcquire: `
    local entry = redis.call('GET', KEYS[1])
    if entry and string.sub(entry, 1, #ARGV[1]) ~= ARGV[3] then return entry end
    if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
    return 0`,
  // ARGV: token, entry, lifetime in ms.
  catalogStore: `
    if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    redis.call('DEL', KEYS[2])
    return 1`,
  catalogRelease: `
    if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
    return redis.call('DEL', KEYS[2])`,
} as const;

/** The scripts as commands of the client. */
export interface CatalogCommands {
  catalogAcquireBuffer(
    key: string,
    lease: string,
    token: string,
    leaseMs: number,
    seen: string,
  ): Promise<Buffer | number>;
  catalogStore(key: string, lease: string, token: string, entry: Buffer, lifetimeMs: number): Promise<number>;
  catalogRelease(key: string, lease: string, token: string): Promise<number>;
}

export function withCatalogCommands<C extends Redis | Cluster>(client: C): C & CatalogCommands {
  for (const [name, lua] of Object.entries(SCRIPTS)) client.defineCommand(name, { numberOfKeys: 2, lua });
  return client as C & CatalogCommands;
}
