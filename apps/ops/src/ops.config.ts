import { CurrencyVariable, TextVariable } from '@app/config';

/** What the operators' commands read from the environment: by default they act on the data of `npm start`. */
export class OpsConfig {
  @TextVariable({ hint: 'must be a folder' })
  DATA_DIR: string = '.data';

  /** The server that `npm start` was given; each service has its own database on it. */
  @TextVariable({ optional: true, pattern: /^mysql:\/\//, hint: 'must begin with mysql://' })
  DATABASE_URL?: string;

  /** The cache that `npm start` was given. */
  @TextVariable({ optional: true, pattern: /^rediss?:\/\//, hint: 'must begin with redis://' })
  REDIS_URL?: string;

  /** Of the prices, as `npm start` was given it. */
  @CurrencyVariable()
  CURRENCY: string = 'USD';

  /** Near end of a tunnel to a stage's database, which nobody reaches from outside its network. */
  @TextVariable({ optional: true, pattern: /^[^:/@]+:\d+$/, hint: 'must be host:port' })
  DATABASE_ADDRESS?: string;

  /** `file:path` or `secret:name` of the private JWKS; by default the one in DATA_DIR. */
  @TextVariable({ optional: true, pattern: /^(file|secret):./, hint: 'must be file:… or secret:…' })
  JWT_KEYS?: string;

  /** Password of the account to create; asked for where it is unset. */
  @TextVariable({ optional: true })
  ADMIN_PASSWORD?: string;

  /** The account at Stripe that `npm start` was given; by default its embedded Stripe. */
  @TextVariable({ optional: true, pattern: /^[sr]k_\w+$/, hint: 'must be a secret key of Stripe' })
  STRIPE_SECRET_KEY?: string;

  @TextVariable({ hint: 'must be an AWS region' })
  AWS_REGION: string = 'eu-west-1';

  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  AWS_ENDPOINT_URL?: string;
}
