import {
  BooleanVariable,
  ChoiceVariable,
  CurrencyVariable,
  DurationVariable,
  IntegerVariable,
  OriginsVariable,
  TextVariable,
} from './fields.js';

/** Settings of every deployable app. */
export class ServiceConfig {
  /** The deployment; part of the names of its AWS resources. */
  @TextVariable({ pattern: /^[a-z][a-z0-9-]{0,19}$/, hint: 'must be a short lower-case name' })
  STAGE: string = 'local';

  @ChoiceVariable(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  LOG_LEVEL: string = 'info';

  @TextVariable({ hint: 'must be an address to listen on' })
  HOST: string = '127.0.0.1';

  /** HTTP port; 0 picks a free one. */
  @IntegerVariable({ min: 0, max: 65_535 })
  PORT: number = 3000;

  /**
   * `mysql://user:password@host:port/database` or `file:path/to/data.db`. `?tls=required` encrypts, and verifies the
   * server with the certificate authorities of Amazon RDS.
   */
  @TextVariable({ pattern: /^(mysql:\/\/|file:)/, hint: 'must begin with mysql:// or file:' })
  DATABASE_URL: string;

  @IntegerVariable({ min: 1, max: 100 })
  DATABASE_POOL_SIZE: number = 10;

  /**
   * Secret (name or ARN) with `username` and `password` for DATABASE_URL, fetched again when the server denies them.
   */
  @TextVariable({ optional: true, pattern: /^[\w/+=.@:-]+$/, hint: 'must be the name or ARN of a secret' })
  DATABASE_SECRET?: string;

  /** Whether this app creates and migrates the database when it starts, or a deployment did so before. */
  @ChoiceVariable(['at-start', 'elsewhere'])
  DATABASE_MIGRATIONS: 'at-start' | 'elsewhere' = 'at-start';

  /** Further settings from Secrets Manager, comma-separated: `id` of a JSON object of variables, or `NAME=id`. */
  @TextVariable({ hint: 'must be a comma-separated list of secrets' })
  SECRETS: string = '';

  /** Pause between two sweeps of the outbox relay; 0 if a scheduled function runs them. */
  @DurationVariable()
  OUTBOX_SWEEP: number = 1_000;

  /** Whether /docs and /openapi.json are served, only the document, or neither. */
  @ChoiceVariable(['on', 'document', 'off'])
  DOCS: 'on' | 'document' | 'off' = 'on';

  @TextVariable({ hint: 'must be an AWS region' })
  AWS_REGION: string = 'eu-west-1';

  /** Only for an AWS emulator. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  AWS_ENDPOINT_URL?: string;

  /** The SNS topic of the platform's events. */
  @TextVariable({ pattern: /^arn:/, hint: 'must be the ARN of an SNS topic' })
  TOPIC_ARN: string;

  /** Comma-separated browser origins that may call the API, `:*` for every port; empty allows none. */
  @OriginsVariable()
  CORS_ORIGINS: string = '';

  /** Refuse PUT and DELETE without If-Match (428). */
  @BooleanVariable()
  STRICT_PRECONDITIONS: boolean = false;

  /** ISO 4217; one per stage, and never changed: prices are stored in its minor units. */
  @CurrencyVariable()
  CURRENCY: string = 'USD';

  /** `iss` of access tokens. */
  @TextVariable()
  JWT_ISSUER: string = 'commerce-platform';

  /** `aud` of access tokens. */
  @TextVariable()
  JWT_AUDIENCE: string = 'commerce-api';
}
