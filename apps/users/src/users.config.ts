import { ApiConfig, EmailVariable, TextVariable } from '@app/config';

/** The environment contract of the users service. */
export class UsersConfig extends ApiConfig {
  override COMMANDS_PORT: number = 3101;

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
}
