import { DurationVariable, IntegerVariable, TextVariable } from './fields.js';
import { ServiceConfig } from './service-config.js';

/** What every app with a public API needs to know beyond that. */
export class ApiConfig extends ServiceConfig {
  /** Where instances share what they count and cache; without it every process keeps its own. */
  @TextVariable({ optional: true, pattern: /^rediss?:\/\//, hint: 'must begin with redis:// or rediss://' })
  REDIS_URL?: string;

  /** Writes and private reads per minute from one address. */
  @IntegerVariable({ min: 1, max: 1_000_000_000 })
  LIMIT_PER_ADDRESS: number = 1_200;

  /** Writes and private reads per minute of one signed-in person. */
  @IntegerVariable({ min: 1, max: 1_000_000_000 })
  LIMIT_PER_USER: number = 600;

  /** Requests worked on at once; reads are refused from three quarters of it, lists from half. 0 sets no bound. */
  @IntegerVariable({ min: 0, max: 100_000 })
  MAX_IN_FLIGHT: number = 200;

  /** By how much the event loop may lag before requests are refused, in the same order. 0 sets no bound. */
  @DurationVariable()
  MAX_EVENT_LOOP_DELAY: number = 250;

  /**
   * Addresses or networks, comma-separated, whose X-Forwarded-For is believed. Empty: the client is who opened the
   * connection, or whom API Gateway names.
   */
  @TextVariable({ pattern: /^[0-9a-fA-F.:/, ]*$/, hint: 'must be a comma-separated list of addresses or networks' })
  TRUSTED_PROXIES: string = '';

  /** Where other services send commands. */
  @TextVariable({ hint: 'must be an address to listen on' })
  COMMANDS_HOST: string = '127.0.0.1';

  /** Port for commands (Nest TCP); 0 takes a free one. */
  @IntegerVariable({ min: 0, max: 65_535 })
  COMMANDS_PORT: number = 0;

  /** What commands over TCP carry, the same for every service; needed where COMMANDS_HOST is no loopback address. */
  @TextVariable({ optional: true, pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  COMMANDS_SECRET?: string;

  /** Secret that keys the fingerprints of idempotent requests and whatever else is kept as a hash. */
  @TextVariable({ pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  FINGERPRINT_KEY: string;
}
