import { randomInt } from 'node:crypto';
import { atLeast, atMost, exactly, type Figure, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { between, load, settle } from '../frame/load.js';
import { agreedMoney, providerBooks } from '../frame/money-audit.js';
import { isExpected, ParcelDesk } from '../frame/parcel-desk.js';
import { auditParts, partFigures } from '../frame/parts-audit.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { ReturnDesk } from '../frame/return-desk.js';
import { auditReturns, type CreditedOrder } from '../frame/returns-audit.js';
import { expectStatus, type Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { openWork } from '../frame/stock-audit.js';
import { opened } from '../frame/till.js';

const CLIENTS = 4;
const PRODUCTS = 4;
const STOCK = 1_000_000;
const ROUNDS = 2;
const PAID_MS = 60_000;
const AGREED_MS = 90_000;
/** One order in so many is disputed. */
const DISPUTED = 8;

/**
 * Random pieces come back, each step taken by two people at once at two processes, while staff refund by hand and at the
 * provider, and banks take money back. What goes back of each payment is what its order is credited and what others gave,
 * as far as it was captured.
 */
export const randomReturns: Proof = {
  name: 'F3',
  failure: 'a return is restocked or refunded twice, not at all or beyond what it was worth',
  mutants: ['announced-is-refunded'],
  async run(stage: Stage): Promise<Figure[]> {
    const count = stage.amount(200, 12);
    const market = await openMarket(stage);
    const { platform, shop } = market;
    await platform.another('payments');
    const desk = new ParcelDesk([platform.services.orders.url, (await platform.another('orders')).url], shop.admin);
    const goods = await storeGoods(shop);
    const returns = new ReturnDesk(market, desk);
    const sales: Sale[] = [];
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= count,
      async () => {
        const sale = new Sale({ market, desk, returns, goods }, begun++);
        await sale.live();
        sales.push(sale);
        stage.progress(`${sales.length} of ${count} orders`);
      },
    );
    const differing = await settle(
      AGREED_MS,
      () => countDiffering(platform, sales),
      (found) => found === 0,
      500,
    );
    await settle(
      AGREED_MS,
      () => openWork(platform, ['products', 'orders', 'payments']),
      (left) => left === 0,
    );
    const unexpected = [...returns.unexpected, ...sales.flatMap((sale) => sale.unexpected)];
    if (unexpected.length > 0) process.stderr.write(`  F3: unexpected are ${unexpected.slice(0, 5).join(', ')}\n`);
    return [
      exactly('orders', sales.length, count),
      none('unexpected answers', unexpected.length),
      ...(await returnFigures(platform, returns)),
      none('returns that could not be settled', countStuck(returns, sales)),
      none('payments of which other than what is owed went back', differing),
      ...(await moneyFigures(platform, sales)),
      ...(await partFigures(platform)),
      none('returns not restocked once', (await auditParts(platform)).restockedOtherwise),
      none('dead letters', await countDeadLetters(platform)),
    ];
  },
};

interface Goods {
  products: number[];
  shippingMethodId: number;
}

interface Room {
  market: Market;
  desk: ParcelDesk;
  returns: ReturnDesk;
  goods: Goods;
}

/** Tax that leaves no even price per piece, and a price for shipping. */
async function storeGoods(shop: Shop): Promise<Goods> {
  const add = async (path: string, body: object) =>
    expectStatus(201, await ask(shop.url('orders', path), { method: 'POST', token: shop.admin, body })).body;
  await add('/tax-rates', { name: 'VAT', country: 'GB', rate: '0.17347', includes_shipping: true });
  const method = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.99' }] };
  const { shipping_method_id } = await add('/shipping-methods', method);
  const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(STOCK)));
  return { products, shippingMethodId: Number(shipping_method_id) };
}

/** The life of an order that is paid, sent and partly taken back. */
class Sale {
  readonly unexpected: string[] = [];
  orderId = 0;
  intent = '';
  readonly isDisputed: boolean;
  /** What staff gave back by hand and at the provider, as acknowledged. */
  given = 0;

  /** Whether nobody but the order takes of its money. */
  get isOwnMoney(): boolean {
    return !this.isDisputed && this.given === 0;
  }

  private paymentId = 0;

  constructor(
    private readonly room: Room,
    private readonly nth: number,
  ) {
    this.isDisputed = nth % DISPUTED === 1;
  }

  async live(): Promise<void> {
    const { desk, returns } = this.room;
    await this.place();
    // Before, while or after it is paid, or not at all.
    if (this.nth % 4 === 0) await this.cancelOne();
    await this.begin();
    await Promise.all([this.pay(), this.nth % 4 === 1 && this.cancelOne()]);
    if (this.nth % 4 === 2) await this.cancelOne();
    await this.expect(desk.ship(this.orderId, { items: await this.firstPieces() }));
    const rest = this.nth % 5 !== 0;
    if (rest) await this.expect(desk.ship(this.orderId));
    for (let round = 0; round < ROUNDS; round++) {
      const lines = await desk.lines(this.orderId);
      await Promise.all([returns.takeBack(this.orderId, lines), this.giveBack()]);
    }
    if (!rest) await this.expect(desk.cancel(this.orderId));
  }

  private async place(): Promise<void> {
    const { market, goods } = this.room;
    const { shop, customer } = market;
    const from = randomInt(PRODUCTS);
    const items = [0, 1].map((index) => ({
      product_id: goods.products[(from + index) % PRODUCTS],
      quantity: randomInt(2, 6),
    }));
    const shipping_address = { name: 'Ann', line1: '1 Main Street', city: 'Bath', country: 'GB' };
    const body = { items, shipping_address, shipping_method_id: goods.shippingMethodId };
    const placed = expectStatus(201, await untilAnswered(() => shop.order(customer, [], { body })));
    this.orderId = Number(placed.body['order_id']);
  }

  private async begin(): Promise<void> {
    const { till, customer } = this.room.market;
    const begun = await untilAnswered(() => till.begin(customer, this.orderId));
    Object.assign(this, opened(expectStatus(201, begun).body));
  }

  private async pay(): Promise<void> {
    const { platform, till } = this.room.market;
    await platform.stripe.confirm(this.intent, this.isDisputed ? 'pm_card_createDispute' : 'pm_card_visa');
    const paid = () => till.orders(`order_id = ${this.orderId} AND status = 'paid'`);
    if ((await settle(PAID_MS, paid, (found) => found === 1)) === 0) this.unexpected.push('an order stays unpaid');
  }

  private async cancelOne(): Promise<void> {
    const [line] = await this.room.desk.lines(this.orderId);
    const items = [{ order_item_id: line?.order_item_id ?? 0, quantity: 1 }];
    await this.expect(this.room.desk.cancel(this.orderId, items));
  }

  /** One of each line. */
  private async firstPieces() {
    const lines = await this.room.desk.lines(this.orderId);
    return lines.map(({ order_item_id }) => ({ order_item_id, quantity: 1 }));
  }

  /** Of three orders one is given something by hand, or all that is left, and one something at the provider. */
  private async giveBack(): Promise<void> {
    const { returns, market } = this.room;
    if (this.nth % 3 === 0) {
      const amount = between(0, 1) < 0.3 ? undefined : randomInt(1, 800);
      this.given += await returns.refundByHand(this.paymentId, amount);
    }
    if (this.nth % 3 !== 1) return;
    const wanted = { payment_intent: this.intent, amount: randomInt(1, 500) };
    // Stripe refuses what is disputed, or was given back meanwhile.
    const refund = await market.platform.stripe.sdk.refunds.create(wanted).catch(() => undefined);
    this.given += refund?.amount ?? 0;
  }

  private async expect(asked: ReturnType<ParcelDesk['ship']>): Promise<void> {
    const answer = await asked;
    if (!isExpected(answer)) this.unexpected.push(`${answer.status} ${String(answer.body['code'])}`);
  }
}

/** Sales of which the provider gave back other than what is owed, or of which orders believe another amount. */
async function countDiffering(platform: ProofPlatform, sales: readonly Sale[]): Promise<number> {
  const books = await providerBooks(platform);
  const rows = await platform.databases.rows<CreditedOrder>(
    'orders',
    `SELECT order_id, status, order_total AS total, credited_total AS credited, amount_refunded AS refunded FROM orders`,
  );
  const orders = new Map(rows.map((row) => [row.order_id, row]));
  return sales.filter((sale) => {
    const { captured, refunded } = books.get(sale.intent) ?? { captured: 0, refunded: 0 };
    const order = orders.get(sale.orderId);
    // What was credited before it was paid was never taken.
    const credited = Math.max(0, captured - (Number(order?.total) - Number(order?.credited)));
    const owed = order?.status === 'cancelled' ? captured : credited + sale.given;
    const due = sale.isDisputed ? 0 : Math.min(captured, owed);
    return refunded !== due || Number(order?.refunded) !== refunded;
  }).length;
}

function countStuck({ stuck }: ReturnDesk, sales: readonly Sale[]): number {
  const own = new Set(sales.filter(({ isOwnMoney }) => isOwnMoney).map(({ orderId }) => orderId));
  return stuck.filter((orderId) => own.has(orderId)).length;
}

async function returnFigures(platform: ProofPlatform, desk: ReturnDesk): Promise<Figure[]> {
  const audit = await auditReturns(platform, desk.arrivals);
  return [
    exactly('received', audit.received, desk.arrivals.length),
    exactly('settled', audit.settled, desk.settled.length),
    atLeast('settled at all', audit.settled, 1),
    none('settled twice', desk.settled.length - new Set(desk.settled).size),
    info(
      'refused steps',
      [...desk.refusals.values()].reduce((sum, count) => sum + count, 0),
    ),
    none('returns worth other than what arrived', audit.wronglyWorth),
    none('refunded beyond their worth', audit.overRefunded),
    none('orders whose parts do not sum up', audit.notSummingUp),
    none('orders credited otherwise', audit.wronglyCredited),
  ];
}

async function moneyFigures(platform: ProofPlatform, sales: readonly Sale[]): Promise<Figure[]> {
  const books = [...(await providerBooks(platform)).values()];
  const sum = (key: 'captured' | 'refunded') => books.reduce((total, book) => total + book[key], 0);
  const refs = (await platform.stripe.refunds()).flatMap(({ metadata }) => metadata?.['refund_ref'] ?? []);
  const { differing, wrong, pending } = await agreedMoney(platform, AGREED_MS);
  return [
    none('refunded beyond what was captured', books.filter(({ captured, refunded }) => refunded > captured).length),
    none('refunds made twice', refs.length - new Set(refs).size),
    none('payments that differ at the provider', differing.length),
    none('orders with a wrong amount', wrong.length),
    none('unfinished refunds', pending),
    atMost('refunded', sum('refunded'), sum('captured')),
    info(
      'given by others',
      sales.reduce((total, { given }) => total + given, 0),
    ),
  ];
}

async function countDeadLetters({ wire }: ProofPlatform): Promise<number> {
  const depths = await Promise.all((['products', 'orders', 'payments'] as const).map((app) => wire.deadLetters(app)));
  return depths.reduce((sum, { visible }) => sum + visible, 0);
}
