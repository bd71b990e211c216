import { DurationVariable, IntegerVariable, TextVariable } from './fields.js';
import { ServiceConfig } from './service-config.js';

/** Further settings of every app with a public API. */
export class ApiConfig extends ServiceConfig {
  /** Shared counters and cache of all instances; without it each process has its own. */
  @TextVariable({ optional: true, pattern: /^rediss?:\/\//, hint: 'must begin with redis:// or rediss://' })
  REDIS_URL?: string;

  /** Writes and private reads per minute and client address. */
  @IntegerVariable({ min: 1, max: 1_000_000_000 })
  LIMIT_PER_ADDRESS: number = 1_200;

  /** Writes and private reads per minute and signed-in user. */
  @IntegerVariable({ min: 1, max: 1_000_000_000 })
  LIMIT_PER_USER: number = 600;

  /** Concurrent requests. Above three quarters reads are refused, above half lists. 0 means no limit. */
  @IntegerVariable({ min: 0, max: 100_000 })
  MAX_IN_FLIGHT: number = 200;

  /** Event loop delay above which requests are refused, in the same order. 0 means no limit. */
  @DurationVariable()
  MAX_EVENT_LOOP_DELAY: number = 250;

  /**
   * Comma-separated addresses or networks of trusted proxies (X-Forwarded-For). Empty: the client is the peer of the
   * connection, or the address that API Gateway reports.
   */
  @TextVariable({ pattern: /^[0-9a-fA-F.:/, ]*$/, hint: 'must be a comma-separated list of addresses or networks' })
  TRUSTED_PROXIES: string = '';

  /** Address on which commands of other services are accepted. */
  @TextVariable({ hint: 'must be an address to listen on' })
  COMMANDS_HOST: string = '127.0.0.1';

  /** Port for commands (Nest TCP); 0 picks a free one. */
  @IntegerVariable({ min: 0, max: 65_535 })
  COMMANDS_PORT: number = 0;

  /**
   * Shared secret of commands over TCP, the same for every service; optional if COMMANDS_HOST is a loopback address.
   */
  @TextVariable({ optional: true, pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  COMMANDS_SECRET?: string;

  /** Secret key for the fingerprints of idempotent requests and all other stored hashes. */
  @TextVariable({ pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  FINGERPRINT_KEY: string;
}
