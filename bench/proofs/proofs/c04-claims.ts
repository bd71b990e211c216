import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CartDesk } from '../frame/cart-desk.js';
import { exactly, type Figure, info, none } from '../frame/figures.js';
import { Guests } from '../frame/guests.js';
import { type Answer, ask } from '../frame/http.js';
import { load } from '../frame/load.js';
import { once, untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Customer } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { Strangers } from '../frame/strangers.js';

/** Orders of a mailbox before its owner claims, and while they do. */
const BEFORE = 3;
const MEANWHILE = 4;
const CLAIMANTS = 2;

/** Of ../preloads/dying-claims.ts, with whether the orders are claimed then. */
const POINTS: readonly (readonly [point: string, isClaimed: boolean])[] = [
  ['orders given, events not written', false],
  ['an event written, not all', false],
  ['committed, not answered', true],
];

/**
 * Guests order while the owners of their mailboxes claim at two processes, and while the process dies. Then people who
 * have not verified their address claim, and strangers use others' carts and orders.
 */
export const claims: Proof = {
  name: 'C4',
  failure: 'a guest’s order is claimed in part, twice or by a stranger',
  mutants: ['carts-by-id-only', 'orders-without-owner', 'addresses-believed', 'claims-without-lock'],
  async run(stage: Stage) {
    const pointFile = join(stage.folder, 'point');
    const market = await openMarket(stage, {
      preloads: ['preloads/dying-claims'],
      environment: { orders: { POINT_FILE: pointFile } },
    });
    const desk = new CartDesk([market.platform.services.orders.url, (await market.platform.another('orders')).url]);
    const room: Room = { stage, market, desk, guests: new Guests(desk, market.product), pointFile };
    return [
      ...(await crowdFigures(room)),
      ...(await deathFigures(room)),
      ...(await unverifiedFigures(room)),
      ...(await strangerFigures(room)),
    ];
  },
};

interface Room {
  stage: Stage;
  market: Market;
  desk: CartDesk;
  guests: Guests;
  pointFile: string;
}

/** One claim, at the process of this address. */
const claim = (base: string, { token }: Customer, userId: number | 'me' = 'me'): Promise<Answer> =>
  ask(`${base}/users/${userId}/claim-orders`, { method: 'POST', token });

/** Every mailbox has several spellings. */
const spelled = ({ email }: Customer): string => (Math.random() < 0.5 ? email : email.toUpperCase());

/** Orders that have the customer, and events that say so. */
async function given(
  { market: { platform } }: Room,
  { userId }: Customer,
): Promise<{ orders: number; events: number }> {
  const number = (sql: string, values: unknown[]) => platform.databases.number('orders', sql, values);
  const told = "SELECT COUNT(*) FROM outbox WHERE event_type = 'order.claimed' AND envelope LIKE ?";
  return {
    orders: await number('SELECT COUNT(*) FROM orders WHERE user_id = ?', [userId]),
    events: await number(told, [`%"user_id":${userId},%`]),
  };
}

async function crowdFigures(room: Room): Promise<Figure[]> {
  const { stage, market, desk, guests } = room;
  const people = stage.amount(60, 3);
  const sums = { placed: 0, claimed: 0, claims: 0, orders: 0, events: 0 };
  let begun = 0;
  const visit = async () => {
    const customer = await market.shop.customer();
    const place = async (count: number) => {
      for (let n = 0; n < count; n++) await guests.order(spelled(customer));
      sums.placed += count;
    };
    const take = async () => {
      const { body } = await untilAnswered(() => claim(desk.at(''), customer));
      sums.claimed += Number(body['claimed']);
      sums.claims += 1;
    };
    await place(BEFORE);
    await guests.order(`${randomUUID()}@example.com`);
    let isPlaced = false;
    const placing = Promise.all([place(MEANWHILE), place(MEANWHILE)]).then(() => (isPlaced = true));
    await Promise.all([placing, load(CLAIMANTS, () => isPlaced, take)]);
    await take();
    const { orders, events } = await given(room, customer);
    sums.orders += orders;
    sums.events += events;
    stage.progress(`${sums.claimed} orders claimed`);
  };
  await load(2, () => begun++ >= people, visit);
  const others = 'SELECT COUNT(*) FROM guest_orders WHERE email_key IS NOT NULL';
  return [
    exactly('orders placed by guests', sums.placed, people * (BEFORE + 2 * MEANWHILE)),
    exactly('claimed', sums.claimed, sums.placed),
    exactly('their customers’ now', sums.orders, sums.placed),
    exactly('order.claimed', sums.events, sums.placed),
    exactly('left to other mailboxes', await market.platform.databases.number('orders', others), people),
    info('claims', sums.claims),
  ];
}

/** The process dies while it gives a customer their orders, at each point; then they claim again. */
async function deathFigures(room: Room): Promise<Figure[]> {
  const { stage, market, guests, pointFile } = room;
  const { orders } = market.platform.services;
  const deaths = Array.from({ length: stage.amount(10, 1) }, () => POINTS).flat();
  const customer = await market.shop.customer();
  let [died, partly, wrong, placed] = [0, 0, 0, 0];
  for (const [point, isClaimed] of deaths) {
    for (let n = 0; n < BEFORE; n++) await guests.order(spelled(customer));
    writeFileSync(pointFile, point);
    await once(() => claim(orders.url, customer));
    died += Number(!existsSync(pointFile));
    rmSync(pointFile, { force: true });
    await orders.kill();
    await orders.start();
    const found = await given(room, customer);
    if (found.orders !== found.events || found.orders !== placed + (isClaimed ? BEFORE : 0)) partly++;
    placed += BEFORE;
    const { body } = await untilAnswered(() => claim(orders.url, customer));
    if (body['claimed'] !== (isClaimed ? 0 : BEFORE)) wrong++;
    stage.progress(`${died} of ${deaths.length} deaths`);
  }
  return [
    exactly('deaths while claiming', died, deaths.length),
    none('claimed in part', partly),
    none('claimed otherwise afterwards', wrong),
    exactly('claimed after all', (await given(room, customer)).orders, placed),
  ];
}

async function unverifiedFigures(room: Room): Promise<Figure[]> {
  const { stage, market, desk, guests } = room;
  const people = stage.amount(10, 2);
  const other = await market.shop.customer();
  let [refused, foreign, taken] = [0, 0, 0];
  for (let n = 0; n < people; n++) {
    const customer = await market.shop.customer();
    const unverify = 'UPDATE users SET email_verified = 0 WHERE user_id = ?';
    await market.platform.databases.change('users', unverify, [customer.userId]);
    await guests.order(spelled(customer));
    const answers = await Promise.all([1, 2].map(() => untilAnswered(() => claim(desk.at(''), customer))));
    refused += answers.filter(({ status, body }) => status === 403 && body['code'] === 'email-not-verified').length;
    foreign += (await claim(desk.at(''), other, customer.userId)).status === 404 ? 1 : 0;
    taken += (await given(room, customer)).orders;
  }
  return [
    exactly('claims without a verified address answered 403', refused, 2 * people),
    exactly('claims for somebody else answered 404', foreign, people),
    none('orders claimed by these', taken),
  ];
}

async function strangerFigures({ stage, market, desk, guests }: Room): Promise<Figure[]> {
  const { token } = await market.shop.customer();
  const strangers = new Strangers(desk, market.platform.services.payments.url, token);
  const email = 'guest@example.com';
  const belongings = async () => ({ cart: await guests.cart(email), order: await guests.order(email) });
  const all = await Promise.all(Array.from({ length: stage.amount(40, 3) }, belongings));
  const state = () =>
    Promise.all(
      all.map(async ({ cart, order: { orderId, owner: headers } }) => {
        const order = await ask(desk.at(`/orders/${orderId}`), { headers });
        return JSON.stringify([await desk.read(cart), order.status, order.body]);
      }),
    );
  const before = await state();
  const answers = { notFound: [] as Answer[], unauthenticated: [] as Answer[] };
  for (const [index, their] of all.entries()) {
    const { notFound, unauthenticated } = await strangers.try(their, all[(index + 1) % all.length] ?? their);
    answers.notFound.push(...notFound);
    answers.unauthenticated.push(...unauthenticated);
  }
  const after = await state();
  const count = (found: Answer[], wanted: number) => found.filter(({ status }) => status === wanted).length;
  return [
    exactly('with others’ tokens answered 404', count(answers.notFound, 404), answers.notFound.length),
    exactly('without a token answered 401', count(answers.unauthenticated, 401), answers.unauthenticated.length),
    none('carts and orders changed by these', after.filter((each, index) => each !== before[index]).length),
    none('payments begun by these', (await market.platform.stripe.intents()).length),
  ];
}
