import { ApiConfig, EmailVariable, IntegerVariable, TextVariable } from '@app/config';

/** The environment contract of the users service. */
export class UsersConfig extends ApiConfig {
  /** Where other services send commands (Nest TCP); 0 takes a free port. */
  @TextVariable({ hint: 'must be an address to listen on' })
  COMMANDS_HOST: string = '127.0.0.1';

  @IntegerVariable({ min: 0, max: 65_535 })
  COMMANDS_PORT: number = 3101;

  /** What commands over TCP carry, the same for every service; needed where COMMANDS_HOST is no loopback address. */
  @TextVariable({ optional: true, pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  COMMANDS_SECRET?: string;

  /**
   * Private JWKS as JSON (ES256), or `file:path` or `secret:name` of one. The newest key whose `signs_from` (epoch seconds)
   * has come signs, all of them verify: that is how keys are rotated. Where no tokens are issued, the public set is enough.
   */
  @TextVariable({
    pattern: /^\s*\{|^(file|secret):./,
    hint: 'must be a JSON Web Key Set with private ES256 keys, or file:… or secret:… of one',
  })
  JWT_KEYS: string;

  /** Where the links in account e-mails lead. Unset: this service serves minimal pages under /account. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  ACCOUNT_URL?: string;

  /** The first administrator, created at a start that finds none. */
  @EmailVariable({ optional: true })
  ADMIN_EMAIL?: string;

  @TextVariable({ optional: true, pattern: /^.{12,128}$/su, hint: 'must have 12 to 128 characters' })
  ADMIN_PASSWORD?: string;

  /** Secret that keys the fingerprints of idempotent requests and of login attempts. */
  @TextVariable({ pattern: /^.{32,}$/, hint: 'must be a secret of at least 32 characters' })
  FINGERPRINT_KEY: string;
}
