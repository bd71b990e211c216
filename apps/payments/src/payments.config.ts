import { ApiConfig, ChoiceVariable, DurationVariable, IntegerVariable, TextVariable } from '@app/config';
import { PickType } from '@nestjs/swagger';

const ADDRESS = { pattern: /^(tcp:\/\/.+:\d+|lambda:.+)$/, hint: 'must be tcp://host:port or lambda:function-name' };

/** The environment contract of the payments service. */
export class PaymentsConfig extends ApiConfig {
  /** The SQS queue that carries other services' events to this one. */
  @TextVariable({ pattern: /^https?:\/\//, hint: 'must be the address of an SQS queue' })
  QUEUE_URL: string;

  @TextVariable(ADDRESS)
  USERS_COMMANDS: string;

  @TextVariable(ADDRESS)
  ORDERS_COMMANDS: string;

  /** Where the provider is asked, if not by this process: then that one has the key. */
  @TextVariable({ ...ADDRESS, optional: true })
  PSP_COMMANDS?: string;

  /** Without it only payments by hand are taken. */
  @TextVariable({ optional: true, pattern: /^[sr]k_\w+$/, hint: 'must be a secret key of Stripe' })
  STRIPE_SECRET_KEY?: string;

  /** Comma-separated; two while one is rotated. */
  @TextVariable({
    optional: true,
    pattern: /^\s*whsec_\w+\s*(,\s*whsec_\w+\s*)?$/,
    hint: 'must be one or two webhook secrets of Stripe',
  })
  STRIPE_WEBHOOK_SECRETS?: string;

  /** Only for a Stripe on this machine. */
  @TextVariable({ optional: true, hint: 'must be a host name' })
  STRIPE_HOST?: string;

  @IntegerVariable({ optional: true, min: 1, max: 65_535 })
  STRIPE_PORT?: number;

  @ChoiceVariable(['http', 'https'])
  STRIPE_PROTOCOL: 'http' | 'https' = 'https';

  /** `on_shipment` only authorises the money of an order, and captures it when the order is shipped. */
  @ChoiceVariable(['automatic', 'on_shipment'])
  CAPTURE: 'automatic' | 'on_shipment' = 'automatic';

  /** After this long without an answer of the provider, somebody who wants to pay is told to try again. */
  @DurationVariable()
  PROVIDER_TIMEOUT: number = 1_200;

  /** Pause between two questions to the provider about what its events did not tell; 0 never asks. */
  @DurationVariable()
  RECONCILIATION_INTERVAL: number = 300_000;
}

/** The environment contract of the function that asks the provider. */
export class PspConfig extends PickType(PaymentsConfig, [
  'STAGE',
  'LOG_LEVEL',
  'STRIPE_SECRET_KEY',
  'STRIPE_HOST',
  'STRIPE_PORT',
  'STRIPE_PROTOCOL',
  'PROVIDER_TIMEOUT',
] as const) {}
