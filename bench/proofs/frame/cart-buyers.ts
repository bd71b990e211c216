import { randomInt, randomUUID } from 'node:crypto';
import { CartDesk, type OwnCart } from './cart-desk.js';
import type { Answer } from './http.js';
import type { Work } from './killer.js';
import { shuffled } from './mail-run.js';
import type { Customer } from './shop.js';

/** Checkouts of one cart at once: under a common key, each under its own, and without one. */
const COMMON = 8;
const OWN = 6;
const KEYLESS = 6;
export const AT_ONCE = COMMON + OWN + KEYLESS;
const ROUNDS = 5;

/** A cart that has become an order. */
export interface Bought {
  cart: OwnCart;
  /** The cart as its owner saw it before. */
  shown: Answer['body'];
  /** The cart afterwards. */
  ended: Answer['body'];
  /** Those of the common key. */
  repeated: Answer[];
  /** The order as the checkout returned it; undefined if its answer was lost, without a key to ask for it again. */
  order: Answer['body'] | undefined;
  /** Ids of orders in all answers. */
  orderIds: Set<number>;
}

export interface Goods {
  products: readonly number[];
  shippingMethodId: number;
}

const HOME = { name: 'Ann', line1: '1 Main Street', city: 'Bath', country: 'GB' };

/** Guests and customers who order each cart in twenty tabs at once, and repeat what is not answered. */
export class CartBuyers implements Work {
  readonly bought: Bought[] = [];
  /** Neither an order nor a refusal for a good reason. */
  readonly unexpected: string[] = [];
  private running = 0;

  constructor(
    private readonly desk: CartDesk,
    /** Every second client is one; the others are guests. */
    private readonly customers: readonly Customer[],
    private readonly goods: Goods,
  ) {}

  readonly inFlight = (): number => this.running;
  readonly done = (): number => this.bought.length;

  /** Fills a cart and orders it. Sometimes another tab changes it meanwhile: then the buyer looks at it again. */
  readonly buy = async (client: number): Promise<void> => {
    const cart = await this.desk.begin(client % 2 === 0 ? this.customers[client / 2] : undefined);
    await this.fill(cart);
    for (let round = 0; round < ROUNDS; round++) {
      const shown = await this.desk.read(cart);
      const isChanged = round === 0 && Math.random() < 0.3;
      const [answers] = await Promise.all([this.checkOut(cart, shown), isChanged && this.putAny(cart)]);
      const ended = await this.desk.read(cart);
      this.judge(answers, ended['version'] !== shown['version']);
      if (ended['status'] === 'open') continue;
      this.bought.push({ cart, shown, ended, ...outcome(answers) });
      return;
    }
    this.unexpected.push(`no order after ${ROUNDS} rounds`);
  };

  /** The checkout of a cart under its common key, again. */
  again({ cart, shown }: Bought): Promise<Answer> {
    return this.tab(cart, shown, commonKey(cart, shown));
  }

  private async fill(cart: OwnCart): Promise<void> {
    const { shippingMethodId } = this.goods;
    const details = { email: `${randomUUID()}@example.com`, shipping_address: HOME };
    await this.desk.change(cart, { ...details, shipping_method_id: shippingMethodId });
    await this.putAny(cart);
    if (Math.random() < 0.5) await this.putAny(cart);
  }

  private async putAny(cart: OwnCart): Promise<void> {
    const [product = 0] = shuffled(this.goods.products);
    const { status, body } = await this.desk.put(cart, product, randomInt(1, 5));
    if (status !== 200 && body['code'] !== 'cart-not-open')
      this.unexpected.push(`a change: ${status} ${String(body['code'])}`);
  }

  private checkOut(cart: OwnCart, shown: Answer['body']): Promise<Answer[]> {
    const keys = [
      ...Array.from({ length: COMMON }, () => commonKey(cart, shown)),
      ...Array.from({ length: OWN }, () => randomUUID()),
      ...Array.from({ length: KEYLESS }, () => undefined),
    ];
    return Promise.all(keys.map((key) => this.tab(cart, shown, key)));
  }

  private async tab(cart: OwnCart, { version, order_total }: Answer['body'], key?: string): Promise<Answer> {
    this.running++;
    const body = { version, expected_total: order_total };
    const request = { method: 'POST', body, ...(key !== undefined && { key }) } as const;
    return this.desk.ask(cart, '/checkout', request).finally(() => this.running--);
  }

  private judge(answers: readonly Answer[], hasChanged: boolean): void {
    const reasons = ['cart-not-open', ...(hasChanged ? ['cart-changed'] : [])];
    for (const { status, body } of answers) {
      const code = String(body['code']);
      if (status !== 201 && !(status === 409 && reasons.includes(code))) this.unexpected.push(`${status} ${code}`);
    }
  }
}

const commonKey = ({ cartId }: OwnCart, { version }: Answer['body']): string => `${cartId} ${String(version)}`;

function outcome(answers: readonly Answer[]): Pick<Bought, 'repeated' | 'order' | 'orderIds'> {
  const orders = answers.filter(({ status }) => status === 201).map(({ body }) => body);
  return {
    repeated: answers.slice(0, COMMON),
    order: orders[0],
    orderIds: new Set(orders.map(({ order_id }) => Number(order_id))),
  };
}
