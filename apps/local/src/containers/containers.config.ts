import { ChoiceVariable, CurrencyVariable, IntegerVariable, OriginsVariable, TextVariable } from '@app/config';
import { HOSTS, NETWORKS } from '../machine/this-machine.js';

class ContainerConfig {
  /** Comma-separated addresses or networks of the other containers and of the callers of published ports. */
  @TextVariable({ pattern: NETWORKS, hint: 'must be a comma-separated list of addresses or networks' })
  LOCAL_NETWORKS: string = '';

  /** Comma-separated host names that the other containers use for this one. */
  @TextVariable({ pattern: HOSTS, hint: 'must be a comma-separated list of names' })
  LOCAL_HOSTS: string = '';

  @TextVariable({ hint: 'must be an address to listen on' })
  HOST: string = '127.0.0.1';

  @IntegerVariable({ min: 0, max: 65_535 })
  PORT: number = 3000;

  @ChoiceVariable(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  LOG_LEVEL: string = 'warn';
}

/** The environment of the container that replaces API Gateway. */
export class GatewayConfig extends ContainerConfig {
  /** Each service's address: `users=http://users:3000,products=…`. */
  @TextVariable({
    pattern: /^[a-z]+=https?:\/\/[^,]+(,[a-z]+=https?:\/\/[^,]+)*$/,
    hint: 'must be a comma-separated list of name=address',
  })
  SERVICES: string;

  /** Comma-separated browser origins that may call the API; the same as in the services. */
  @OriginsVariable()
  CORS_ORIGINS: string = '';

  /** The emulator, where images lie; the same as in the services. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an http(s) address' })
  AWS_ENDPOINT_URL?: string;

  /** The currency of the demo products; the same as in the services. */
  @CurrencyVariable()
  CURRENCY: string = 'USD';
}

/** The environment of the container that emulates SNS, SQS, S3, SES and Stripe; its PORT serves the console. */
export class EmulatorConfig extends ContainerConfig {
  /** The folder of queues, files and mailbox. */
  @TextVariable({ hint: 'must be a folder' })
  DATA_DIR: string = '.data';

  /** The folder of the signing key, separate because users reads it and no other file of the emulator. */
  @TextVariable({ hint: 'must be a folder' })
  KEYS_DIR: string = '.data';

  /** The port of SNS, SQS and S3. */
  @IntegerVariable({ min: 0, max: 65_535 })
  AWS_PORT: number = 4566;

  /** The port of SES. */
  @IntegerVariable({ min: 0, max: 65_535 })
  SES_PORT: number = 4567;

  /** The port of Stripe. */
  @IntegerVariable({ min: 0, max: 65_535 })
  STRIPE_PORT: number = 12_111;

  /** Where Stripe sends its events. */
  @TextVariable({ optional: true, pattern: /^https?:\/\//, hint: 'must be an address' })
  STRIPE_WEBHOOK_URL?: string;

  /** What Stripe signs them with. */
  @TextVariable({ pattern: /^whsec_\w+$/, hint: 'must be a webhook secret of Stripe' })
  STRIPE_WEBHOOK_SECRET: string = 'whsec_local';
}
