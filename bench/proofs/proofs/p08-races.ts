import { atLeast, exactly, type Figure, none } from '../frame/figures.js';
import { ask, type Ask } from '../frame/http.js';
import { between, load, settle, sleep } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const BUYERS = 50;
const PIECES = 5;
const CLIENTS = 12;
const EXPIRING = 80;
const TTL_MS = 8_000;
/** Between two sweeps of unpaid orders: a quarter of their time. */
const SWEEP_MS = TTL_MS / 4;
const AGREED_MS = 60_000;

/** Fifty buyers want five pieces; then orders are cancelled, and expire, just as they are paid. */
export const races: Proof = {
  name: 'P8',
  failure: 'somebody is charged for what they do not get',
  mutants: ['no-late-money', 'stock-read-then-saved'],
  async run(stage: Stage): Promise<Figure[]> {
    const count = stage.amount(1_000, 40);
    const market = await openMarket(stage);
    const crowd = await crowdFigures(market);
    const regrets = new Regrets();
    await load(CLIENTS, counter(count, stage, 'cancellations'), () => cancelAgainstCapture(market, regrets));
    const cancelled = await outcomeFigures(market, { name: 'cancel', count, beforehand: PIECES });
    const expiring = await openMarket(stage, { environment: { orders: { UNPAID_ORDER_TTL: `${TTL_MS}ms` } } });
    const haste = new Haste();
    await load(EXPIRING, counter(count, stage, 'expiries'), () => expireAgainstCapture(expiring, haste));
    return [...crowd, ...cancelled, ...(await outcomeFigures(expiring, { name: 'expiry', count, beforehand: 0 }))];
  },
};

function counter(count: number, stage: Stage, name: string): () => boolean {
  let begun = 0;
  return () => {
    stage.progress(`${begun} of ${count} ${name}`);
    return begun++ >= count;
  };
}

async function crowdFigures(market: Market): Promise<Figure[]> {
  const { shop, till, customer, platform } = market;
  const product = await shop.product(PIECES);
  const buy = async () => {
    const orderId = await till.order(customer, product);
    const payment = orderId === undefined ? undefined : await till.open(customer, orderId);
    return payment !== undefined && (await platform.stripe.confirm(payment.intent)) === 'succeeded';
  };
  const charged = (await Promise.all(Array.from({ length: BUYERS }, buy))).filter(Boolean).length;
  const paid = () => till.orders("status = 'paid'");
  const orders = await settle(AGREED_MS, paid, (found) => found === charged);
  return [
    exactly('charged of a crowd', charged, PIECES),
    exactly('orders of it', orders, PIECES),
    exactly('never charged', BUYERS - (await platform.stripe.intents()).length, BUYERS - PIECES),
  ];
}

/** Aims a cancellation at the moment at which orders hear of the money, wherever that is on this machine. */
class Regrets {
  private longestMs = 1_000;

  next(): number {
    return Math.random() * this.longestMs;
  }

  learn(cancelled: boolean): void {
    this.longestMs *= cancelled ? 1.1 : 1 / 1.1;
  }
}

/** The buyer pays, and changes their mind; once the order is paid, that is too late. */
async function cancelAgainstCapture(market: Market, regrets: Regrets): Promise<void> {
  const { platform, shop, till, customer, product } = market;
  const { orderId, intent } = await till.sell(customer, product);
  const request: Ask = { method: 'PUT', token: customer.token, body: { status: 'cancelled' } };
  const cancel = async () => {
    await sleep(regrets.next());
    const { status } = await untilAnswered(() => ask(shop.url('orders', `/orders/${orderId}`), request));
    regrets.learn(status === 200);
  };
  await Promise.all([platform.stripe.confirm(intent), cancel()]);
}

/** Aims a payment at the moment after which orders hear of it too late. */
class Haste {
  private aheadMs = 1_000;

  /** Milliseconds before the order's end; negative before the sweep that comes after it. */
  next(): number {
    return between(-SWEEP_MS, this.aheadMs);
  }

  learn(expired: boolean): void {
    this.aheadMs = Math.min(TTL_MS, this.aheadMs * (expired ? 1.1 : 1 / 1.1));
  }
}

async function expireAgainstCapture(market: Market, haste: Haste): Promise<void> {
  const { platform, till, customer, product } = market;
  const orderId = await till.order(customer, product);
  const end = Date.now() + TTL_MS;
  const payment = orderId === undefined ? undefined : await till.open(customer, orderId);
  if (orderId === undefined || !payment) return;
  await sleep(Math.max(0, end - haste.next() - Date.now()));
  await platform.stripe.confirm(payment.intent);
  const pending = () => till.orders(`order_id = ${orderId} AND status = 'pending'`);
  await settle(AGREED_MS, pending, (count) => count === 0, 1_000);
  haste.learn((await till.orders(`order_id = ${orderId} AND status = 'cancelled'`)) === 1);
}

async function outcomeFigures(
  { platform, till }: Market,
  { name, count, beforehand }: { name: string; count: number; beforehand: number },
): Promise<Figure[]> {
  const open = () => till.orders("status = 'pending'");
  await settle(AGREED_MS, open, (pending) => pending === 0);
  const { captured, kept, refunded, wrong, differing } = await agreedMoney(platform, AGREED_MS);
  const paid = (await till.orders("status = 'paid'")) - beforehand;
  const ended = await till.orders("status = 'cancelled'");
  return [
    exactly(`${name}: orders that are neither`, await open(), 0),
    atLeast(`${name}: paid`, paid, Math.floor(count / 20)),
    atLeast(`${name}: cancelled`, ended, Math.floor(count / 20)),
    exactly(`${name}: cents lost`, captured - kept - refunded, 0),
    none(`${name}: orders with a wrong amount`, wrong.length),
    none(`${name}: payments that differ`, differing.length),
  ];
}
