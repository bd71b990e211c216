import { randomInt } from 'node:crypto';
import { atLeast, exactly, type Figure, info, none } from '../frame/figures.js';
import type { Answer } from '../frame/http.js';
import { between, load, settle } from '../frame/load.js';
import { isExpected, type LineShown, ParcelDesk, somePieces } from '../frame/parcel-desk.js';
import { partFigures } from '../frame/parts-audit.js';
import { untilAnswered } from '../frame/patient.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { type Customer, expectStatus, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { openWork } from '../frame/stock-audit.js';

/** Orders that are worked on at once, and the people who work on each of them. */
const ORDERS_AT_ONCE = 2;
const STAFF = 8;
const STEPS = 3;
const PRODUCTS = 6;
const LINES = 3;
const STOCK = 1_000_000;
const SETTLED_MS = 60_000;

/**
 * Eight people at two processes ship, pack, unpack and cancel pieces of one order at once, as if each were alone. Of no
 * line more is sent and cancelled than was ordered, and stock and holds follow.
 */
export const partsAtOnce: Proof = {
  name: 'F1',
  failure: 'more of an order is sent and cancelled than was ordered',
  mutants: ['orders-read-then-saved'],
  async run(stage: Stage) {
    const count = stage.amount(500, 6);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const shop = await Shop.open(platform);
    const desk = new ParcelDesk([platform.services.orders.url, (await platform.another('orders')).url], shop.admin);
    const customer = await shop.customer();
    const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(STOCK)));
    const teams: Team[] = [];
    await load(
      ORDERS_AT_ONCE,
      () => teams.length >= count,
      async () => {
        const team = new Team(desk);
        teams.push(team);
        await team.takeApart(await order(shop, customer, products));
        stage.progress(`${teams.length} of ${count} orders`);
      },
    );
    const open = await settle(
      SETTLED_MS,
      () => openWork(platform, ['products']),
      (left) => left === 0,
    );
    return [
      exactly('orders', teams.length, count),
      ...stepFigures(teams),
      none('steps of one shipment that exclude each other', await countContradictions(platform, teams)),
      none('work left open', open),
      ...(await partFigures(platform)),
      none('dead letters', (await platform.wire.deadLetters('products')).visible),
      info('sent again after a conflict', desk.conflicts),
    ];
  },
};

/** An order of three products, six to twelve pieces each. */
async function order(shop: Shop, customer: Customer, products: readonly number[]): Promise<number> {
  const first = randomInt(products.length);
  const basket = Array.from({ length: LINES }, (_, index) => {
    return [products[(first + index) % products.length] ?? 0, randomInt(6, 13)] as const;
  });
  return Number(expectStatus(201, await shop.order(customer, basket)).body['order_id']);
}

/** Those who work on one order. Each knows what all have packed, and nobody waits for another. */
class Team {
  taken = 0;
  refused = 0;
  readonly unexpected: string[] = [];
  /** What was acknowledged about each shipment. */
  readonly shipments = new Map<number, Set<string>>();
  private orderId = 0;
  private lines: LineShown[] = [];

  constructor(private readonly desk: ParcelDesk) {}

  async takeApart(orderId: number): Promise<void> {
    this.orderId = orderId;
    this.lines = await this.desk.lines(orderId);
    expectStatus(200, await untilAnswered(() => this.desk.step(orderId, 'paid')));
    await Promise.all(
      Array.from({ length: STAFF }, async () => {
        for (let step = 0; step < STEPS; step++) this.note(await this.anyStep());
      }),
    );
  }

  private anyStep(): Promise<Answer> {
    const [dice, items] = [between(0, 100), somePieces(this.lines, 2)];
    if (dice < 2) return this.noted(this.desk.ship(this.orderId));
    if (dice < 30) return this.noted(this.desk.ship(this.orderId, { items }));
    if (dice < 50) return this.noted(this.desk.ship(this.orderId, { items, status: 'prepared' }));
    const packed = [...this.shipments.keys()];
    const shipment = packed[randomInt(Math.max(1, packed.length))];
    if (dice < 75 || shipment === undefined) return this.desk.cancel(this.orderId, items);
    if (dice < 90) return this.noted(this.desk.send(shipment));
    return this.noted(this.desk.unpack(shipment));
  }

  private async noted(asked: Promise<Answer>): Promise<Answer> {
    const answer = await asked;
    const { shipment_id, status } = answer.body;
    if (answer.status >= 300) return answer;
    const id = Number(shipment_id);
    this.shipments.set(id, (this.shipments.get(id) ?? new Set()).add(String(status)));
    return answer;
  }

  private note(answer: Answer): void {
    if (answer.status < 300) this.taken++;
    else if (isExpected(answer)) this.refused++;
    else this.unexpected.push(`${answer.status} ${String(answer.body['code'])}`);
  }
}

function stepFigures(teams: readonly Team[]): Figure[] {
  const sum = (of: (team: Team) => number) => teams.reduce((total, team) => total + of(team), 0);
  const unexpected = teams.flatMap((team) => team.unexpected);
  if (unexpected.length > 0) process.stderr.write(`  F1: unexpected are ${unexpected.slice(0, 5).join(', ')}\n`);
  return [
    atLeast(
      'steps taken',
      sum(({ taken }) => taken),
      // Chance refuses more than half of the 24 steps of an order: about eleven are taken.
      (teams.length * STAFF) / 2,
    ),
    info(
      'refused',
      sum(({ refused }) => refused),
    ),
    none('unexpected answers', unexpected.length),
  ];
}

/** Shipments that were acknowledged and are not there, or as what they are not: they left and were unpacked. */
async function countContradictions({ databases }: ProofPlatform, teams: readonly Team[]): Promise<number> {
  const rows = await databases.rows<{ shipment_id: number; status: string }>(
    'orders',
    'SELECT shipment_id, status FROM shipments',
  );
  const stored = new Map(rows.map(({ shipment_id, status }) => [shipment_id, status]));
  const acknowledged = teams.flatMap(({ shipments }) => [...shipments]);
  return acknowledged.filter(([id, told]) => {
    const ends = [...told].filter((status) => status !== 'prepared');
    return !stored.has(id) || ends.some((status) => status !== stored.get(id));
  }).length;
}
