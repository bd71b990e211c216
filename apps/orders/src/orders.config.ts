import { ApiConfig, BooleanVariable, DurationVariable, IntegerVariable, TextVariable } from '@app/config';

const ADDRESS = { pattern: /^(tcp:\/\/.+:\d+|lambda:.+)$/, hint: 'must be tcp://host:port or lambda:function-name' };

/** The environment contract of the orders service. */
export class OrdersConfig extends ApiConfig {
  override COMMANDS_PORT: number = 3103;

  /** The SQS queue that carries other services' events to this one. */
  @TextVariable({ pattern: /^https?:\/\//, hint: 'must be the address of an SQS queue' })
  QUEUE_URL: string;

  @TextVariable(ADDRESS)
  USERS_COMMANDS: string;

  @TextVariable(ADDRESS)
  PRODUCTS_COMMANDS: string;

  /** After this long an unpaid order is cancelled and its stock is free; 0 never does. 30m where buyers pay by card. */
  @DurationVariable()
  UNPAID_ORDER_TTL: number = 86_400_000;

  /** After this long already where the customer has not verified the e-mail address; 0 makes no difference. */
  @DurationVariable()
  UNVERIFIED_ORDER_TTL: number = 3_600_000;

  /** Pieces that the unpaid orders of one customer may hold together; 0 sets no bound. */
  @IntegerVariable({ min: 0, max: 1_000_000_000 })
  MAX_UNPAID_PIECES: number = 2_000;

  /** After this long without a change a guest's cart expires, and what it says of a person is erased. */
  @DurationVariable()
  GUEST_CART_TTL: number = 30 * 86_400_000;

  /** The same for customers' carts. */
  @DurationVariable()
  CUSTOMER_CART_TTL: number = 90 * 86_400_000;

  /** So long after the delivery, or after the shipment where nobody noted it, customers may send back. */
  @DurationVariable()
  RETURN_WINDOW: number = 14 * 86_400_000;

  /** Whether prices include the tax; otherwise it is added to them. */
  @BooleanVariable()
  PRICES_INCLUDE_TAX: boolean = false;
}
