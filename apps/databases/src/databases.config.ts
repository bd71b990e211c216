import { ChoiceVariable, TextVariable } from '@app/config';

/** The environment contract of the functions that prepare and rotate what the services connect with. */
export class DatabasesConfig {
  @ChoiceVariable(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  LOG_LEVEL: string = 'info';

  @TextVariable({ hint: 'must be an AWS region' })
  AWS_REGION: string = 'eu-west-1';

  /** Only where AWS is emulated. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  AWS_ENDPOINT_URL?: string;

  /** The server, without user or database: `mysql://host:port`, `?tls=required` on AWS. */
  @TextVariable({ pattern: /^mysql:\/\//, hint: 'must begin with mysql://' })
  DATABASE_URL: string;

  /** The secret of the server's administrator, with `username` and `password`. */
  @TextVariable({ hint: 'must be the name or ARN of a secret' })
  MASTER_SECRET: string;

  /** The secrets of the services' users: `users=id,products=id,orders=id,notifier=id`. */
  @TextVariable({ pattern: /^(\w+=[^,=]+)(,\w+=[^,=]+)*$/, hint: 'must look like users=id,products=id' })
  USER_SECRETS: string;

  /** The secret with the keys that sign access tokens. */
  @TextVariable({ hint: 'must be the name or ARN of a secret' })
  SIGNING_KEYS_SECRET: string;

  /** The secret with the public part of them. */
  @TextVariable({ hint: 'must be the name or ARN of a secret' })
  PUBLIC_KEYS_SECRET: string;

  /** Which migrations this release brings, as the template says it. */
  @TextVariable({ hint: 'must be the digest of the migrations' })
  MIGRATIONS_DIGEST: string;
}
