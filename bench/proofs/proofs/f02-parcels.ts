import { randomInt, randomUUID } from 'node:crypto';
import { Echo } from '../frame/echo.js';
import { atLeast, exactly, type Figure, info, none } from '../frame/figures.js';
import type { Answer } from '../frame/http.js';
import { killRepeatedly } from '../frame/killer.js';
import { between, settle, underLoad } from '../frame/load.js';
import { auditRepeats } from '../frame/mail-audit.js';
import { isExpected, type LineShown, ParcelDesk, somePieces } from '../frame/parcel-desk.js';
import { partFigures } from '../frame/parts-audit.js';
import { untilAnswered } from '../frame/patient.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { type Customer, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';
import { openWork } from '../frame/stock-audit.js';

const CLIENTS = 8;
/** Steps in flight at a kill, and taken between two. */
const UNDER_WAY = 4;
const DONE = 8;
/** The steps of one order. */
const STEPS = 4;
const STOCK = 1_000_000;
const SETTLED_MS = 150_000;
const REDRIVES = 3;

/**
 * Orders, products and the notifier are killed in turns while staff pack, unpack, ship and cancel, and every event comes
 * three times, in any order. Each shipment takes its stock once, and one e-mail tells of all its parcels.
 */
export const shippedOnce: Proof = {
  name: 'F2',
  failure: 'a shipment takes its stock twice or not at all, or is told twice or not at all',
  mutants: ['movements-without-parts'],
  async run(stage: Stage) {
    const times = stage.amount(100, 6);
    const platform = await stage.platform({
      services: ['users', 'products', 'orders', 'notifier'],
      preloads: ['preloads/short-claims', 'preloads/short-hiding', 'preloads/short-leases'],
      environment: { products: { RESERVATION_HOLD: '3s', SWEEP_INTERVAL: '500ms' } },
    });
    const shop = await Shop.open(platform);
    const desk = new ParcelDesk([platform.services.orders.url], shop.admin);
    const products = await Promise.all([shop.product(STOCK), shop.product(STOCK)]);
    const packers = new Packers(desk, shop, await shop.customer(), products);
    const echo = new Echo(platform);
    const { orders, products: stock, notifier } = platform.services;
    const kills = await underLoad(
      CLIENTS + 1,
      (client) => (client < CLIENTS ? packers.takeApart() : echo.some()),
      () =>
        killRepeatedly(stage, [orders, stock, notifier], {
          ...{ times, least: DONE, underWay: UNDER_WAY },
          work: { inFlight: () => desk.running, done: () => desk.answered },
        }),
    );
    const { open, redriven } = await finish(platform, echo);
    const { unexpected } = packers;
    if (unexpected.length > 0) process.stderr.write(`  F2: unexpected are ${unexpected.slice(0, 5).join(', ')}\n`);
    return [
      exactly('kills', kills.counted.length, times),
      none('unexpected answers', unexpected.length),
      ...(await shipmentFigures(platform, packers)),
      info('repeated events', echo.repeated),
      none('work left open', open),
      ...(await partFigures(platform)),
      ...(await emailFigures(platform)),
      none('dead letters of products', (await platform.wire.deadLetters('products')).visible),
      none('dead letters of the notifier', (await platform.wire.deadLetters('notifier')).visible),
      info('redriven', redriven),
    ];
  },
};

/** Staff, each of whom takes one order after the other apart. */
class Packers {
  readonly unexpected: string[] = [];
  /** What was acknowledged as shipped. */
  readonly shipped = new Set<number>();

  constructor(
    private readonly desk: ParcelDesk,
    private readonly shop: Shop,
    private readonly customer: Customer,
    private readonly products: readonly number[],
  ) {}

  readonly takeApart = async (): Promise<void> => {
    const [key, basket] = [randomUUID(), this.products.map((product) => [product, randomInt(3, 7)] as const)];
    const { status, body } = await untilAnswered(() => this.shop.order(this.customer, basket, { key }));
    if (status !== 201) return void this.unexpected.push(`${status} of an order`);
    const orderId = Number(body['order_id']);
    this.note(await this.desk.step(orderId, 'paid'));
    for (let step = 0; step < STEPS; step++) await this.anyStep(orderId, await this.desk.lines(orderId));
  };

  private async anyStep(orderId: number, lines: readonly LineShown[]): Promise<void> {
    const open = lines.filter(({ quantity_open }) => quantity_open > 0);
    if (open.length === 0) return;
    const items = somePieces(open.map((line) => ({ ...line, quantity: line.quantity_open })));
    const dice = between(0, 100);
    if (dice < 35) return this.leaves(await this.desk.ship(orderId, { items }));
    if (dice < 60) return void this.note(await this.desk.cancel(orderId, items));
    const packed = await this.desk.ship(orderId, { items, status: 'prepared' });
    this.note(packed);
    const shipmentId = Number(packed.body['shipment_id']);
    if (dice < 80) return this.leaves(await this.desk.send(shipmentId));
    this.note(await this.desk.unpack(shipmentId));
    this.leaves(await this.desk.ship(orderId, { items }));
  }

  private leaves(answer: Answer): void {
    this.note(answer);
    if (answer.status < 300) this.shipped.add(Number(answer.body['shipment_id']));
  }

  /** A step that was taken before its answer was lost is refused the second time. */
  private note(answer: Answer): void {
    if (!isExpected(answer)) this.unexpected.push(`${answer.status} ${String(answer.body['code'])}`);
  }
}

/** Waits for what is open, and redrives messages that were in flight at five kills, as an operator does. */
async function finish(platform: ProofPlatform, echo: Echo): Promise<{ open: number; redriven: number }> {
  let redriven = 0;
  for (let round = 0; ; round++) {
    const open = await settle(
      SETTLED_MS,
      async () => (await openWork(platform)) + (await echo.rest()),
      (left) => left === 0,
    );
    if (round === REDRIVES) return { open, redriven };
    const moved = (await platform.wire.redrive('products')) + (await platform.wire.redrive('notifier'));
    redriven += moved;
    if (moved === 0) return { open, redriven };
  }
}

async function shipmentFigures({ databases }: ProofPlatform, { shipped }: Packers): Promise<Figure[]> {
  const count = (table: string) => databases.number('orders', `SELECT COUNT(*) FROM ${table}`);
  const stored = await databases.rows<{ id: number }>(
    'orders',
    "SELECT shipment_id AS id FROM shipments WHERE status = 'shipped'",
  );
  const left = new Set(stored.map(({ id }) => id));
  return [
    info('orders', await count('orders')),
    atLeast('shipments', left.size, shipped.size),
    none('acknowledged and lost', [...shipped].filter((id) => !left.has(id)).length),
    atLeast('unpacked', await count("shipments WHERE status = 'cancelled'"), 1),
    atLeast('cancellations', await count('cancellations'), 1),
  ];
}

/** By shipment: the event that tells of it, and its parcels' numbers. */
async function emailFigures(platform: ProofPlatform): Promise<Figure[]> {
  const { databases, wire } = platform;
  const told = await databases.rows<{ event_id: string; ref: string }>(
    'orders',
    `SELECT event_id, JSON_VALUE(envelope, '$.payload.shipment.shipment_ref') AS ref FROM outbox
      WHERE event_type = 'shipment.shipped'`,
  );
  const shipments = await databases.rows<{ ref: string; parcels: string }>(
    'orders',
    "SELECT shipment_ref AS ref, parcels FROM shipments WHERE status = 'shipped'",
  );
  const events = Map.groupBy(told, ({ ref }) => ref);
  const emails = Map.groupBy(
    wire.emails().filter(({ tags }) => tags['template'] === 'shipment-shipped'),
    ({ tags }) => tags['event_id'] ?? '',
  );
  const ofShipment = (ref: string) => (events.get(ref) ?? []).flatMap(({ event_id }) => emails.get(event_id) ?? []);
  const hasAll = (ref: string, parcels: string) =>
    ofShipment(ref).every(({ text }) =>
      (JSON.parse(parcels) as { tracking_number: string }[]).every(({ tracking_number }) =>
        text.includes(tracking_number),
      ),
    );
  const { repeated, uncounted } = await auditRepeats(platform);
  return [
    none('shipments told by other than one event', shipments.filter(({ ref }) => events.get(ref)?.length !== 1).length),
    none('shipments without an e-mail', shipments.filter(({ ref }) => ofShipment(ref).length === 0).length),
    none('e-mails without all parcels', shipments.filter(({ ref, parcels }) => !hasAll(ref, parcels)).length),
    none('e-mails about nothing that left', emails.size - shipments.length),
    info('e-mails sent again', repeated),
    none('sent again and not counted', uncounted),
  ];
}
