import { DomainError } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  type Cart,
  CART_STATUSES,
  CartsAdminService,
  type CartStatus,
  OrdersOperationsModule,
} from '../../../orders/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

abstract class CartCommand extends CommandRunner {
  protected constructor(private readonly place: Place) {
    super();
  }

  protected async onCarts<T>(work: (carts: CartsAdminService) => Promise<T>): Promise<T> {
    const module = OrdersOperationsModule.forDatabase(await this.place.database('orders'));
    return runWith(module, (app: INestApplicationContext) => work(app.get(CartsAdminService)));
  }
}

@SubCommand({ name: 'list', description: 'Carts, the newest first' })
export class ListCartsCommand extends CartCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run(
    _: string[],
    { limit = LIST.usual, ...filter }: { status?: CartStatus; userId?: number; limit?: number },
  ): Promise<void> {
    const found = await this.onCarts((carts) => carts.list(filter, limit));
    await this.output.rows(found, 'There are no such carts.');
  }

  @Option({ flags: '--status <status>', description: CART_STATUSES.join(', ') })
  status(text: string): CartStatus {
    return parseChoice('--status', CART_STATUSES, text);
  }

  @Option({ flags: '--user-id <id>', description: 'those of one customer' })
  userId(text: string): number {
    return parseId(text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({
  name: 'show',
  arguments: '<id>',
  description: 'One cart with its lines, without tokens and personal data',
})
export class ShowCartCommand extends CartCommand {
  constructor(
    place: Place,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run([id]: string[]): Promise<void> {
    const cartId = parseCartId(id);
    await this.output.value(shown(await this.onCarts((carts) => carts.get(cartId))));
  }
}

@SubCommand({
  name: 'expire',
  arguments: '<id>',
  description: 'End an open cart as if its time were over; what it says of a person is erased',
})
export class ExpireCartCommand extends CartCommand {
  constructor(
    place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super(place);
  }

  override async run([id]: string[]): Promise<void> {
    const cartId = parseCartId(id);
    const operator = await this.operator.name();
    await this.onCarts((carts) => carts.expire(cartId, operator));
    await this.output.done(`Cart ${cartId} is expired.`, { cart_id: cartId, status: 'expired' });
  }
}

@Command({
  name: 'carts',
  description: 'What customers and guests mean to buy',
  subCommands: [ListCartsCommand, ShowCartCommand, ExpireCartCommand],
})
export class CartsCommand extends GroupCommand {}

/** @throws DomainError for anything but a UUID */
function parseCartId(text: string | undefined): string {
  if (text !== undefined && isUUID(text)) return text.toLowerCase();
  throw new DomainError('validation-failed', 'Give the id of a cart, a UUID such as the list shows it.');
}

function shown(cart: Cart): object {
  return {
    ...{ cart_id: cart.cartId, status: cart.status, user_id: cart.userId, order_id: cart.orderId },
    lines: cart.lines.map(({ productId, sku, quantity, price, availableQuantity, putAt }) => ({
      ...{ product_id: productId, sku, quantity, price, available_quantity: availableQuantity, put_at: putAt },
    })),
    ...{ shipping_method_id: cart.shippingMethodId, locale: cart.locale, version: cart.version },
    ...{ expires_at: cart.expiresAt, ended_at: cart.endedAt, created_at: cart.createdAt, updated_at: cart.updatedAt },
  };
}
