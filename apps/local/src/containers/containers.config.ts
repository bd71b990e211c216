import { ChoiceVariable, CurrencyVariable, IntegerVariable, OriginsVariable, TextVariable } from '@app/config';
import { HOSTS, NETWORKS } from '../machine/this-machine.js';

class ContainerConfig {
  /** Addresses or networks, comma-separated, of the other containers, and of whoever calls published ports. */
  @TextVariable({ pattern: NETWORKS, hint: 'must be a comma-separated list of addresses or networks' })
  LOCAL_NETWORKS: string = '';

  /** Names, comma-separated, under which the other containers call this one. */
  @TextVariable({ pattern: HOSTS, hint: 'must be a comma-separated list of names' })
  LOCAL_HOSTS: string = '';

  @TextVariable({ hint: 'must be an address to listen on' })
  HOST: string = '127.0.0.1';

  @IntegerVariable({ min: 0, max: 65_535 })
  PORT: number = 3000;

  @ChoiceVariable(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
  LOG_LEVEL: string = 'warn';
}

/** The environment of the container that stands where API Gateway stands. */
export class GatewayConfig extends ContainerConfig {
  /** Where each service is: `users=http://users:3000,products=…`. */
  @TextVariable({
    pattern: /^[a-z]+=https?:\/\/[^,]+(,[a-z]+=https?:\/\/[^,]+)*$/,
    hint: 'must be a comma-separated list of name=address',
  })
  SERVICES: string;

  /** Comma-separated browser origins that may call the API; the services have the same. */
  @OriginsVariable()
  CORS_ORIGINS: string = '';

  /** Of the demo products: the one the services were given. */
  @CurrencyVariable()
  CURRENCY: string = 'USD';
}

/** The environment of the container that emulates SNS, SQS and SES; its PORT serves the console. */
export class EmulatorConfig extends ContainerConfig {
  /** Queues and mailbox live here. */
  @TextVariable({ hint: 'must be a folder' })
  DATA_DIR: string = '.data';

  /** The signing key lives here: users reads it, and nothing else of the emulator's. */
  @TextVariable({ hint: 'must be a folder' })
  KEYS_DIR: string = '.data';

  /** Where SNS and SQS listen. */
  @IntegerVariable({ min: 0, max: 65_535 })
  AWS_PORT: number = 4566;

  /** Where SES listens. */
  @IntegerVariable({ min: 0, max: 65_535 })
  SES_PORT: number = 4567;
}
