import 'reflect-metadata';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Envelope } from '@app/events';
import { Idempotency } from '@app/idempotency';
import { SnsClient, SqsServer } from '@app/messaging';
import { EmailLedger } from '../../../apps/notifier/src/notifications/email-ledger.js';
import { SesMailer } from '../../../apps/notifier/src/mailer/ses-mailer.js';
import { InventoryClient } from '../../../apps/orders/src/stock/inventory.client.js';
import { OrderPartsRepository } from '../../../apps/orders/src/orders/order-parts.repository.js';
import { OrderWriter } from '../../../apps/orders/src/orders/order-writer.js';
import { OrdersRepository } from '../../../apps/orders/src/orders/orders.repository.js';
import { ShipmentsService } from '../../../apps/orders/src/shipments/shipments.service.js';
import { ReservationPartsService } from '../../../apps/products/src/reservations/reservation-parts.service.js';
import { ReservationsRepository } from '../../../apps/products/src/reservations/reservations.repository.js';
import { ReservationsService } from '../../../apps/products/src/reservations/reservations.service.js';

/** The process dies when so many calls have reached the point, so that others are in flight. */
const PASSING = 3;

type Method = (this: unknown, ...args: never[]) => unknown;
/** Whether a call counts, by what it was given. */
type Counts = (...args: unknown[]) => boolean;

/** Kills this process at the named point, if the proof's file names it. */
function passing(point: string): void {
  const file = process.env['POINT_FILE'] ?? '';
  if (!existsSync(file) || readFileSync(file, 'utf8') !== point) return;
  passed += 1;
  if (passed < PASSING) return;
  rmSync(file);
  process.kill(process.pid, 'SIGKILL');
}
let passed = 0;

function before(point: string, owner: object, name: string): void {
  const methods = owner as Record<string, Method>;
  const inner = methods[name] as Method;
  methods[name] = function (...args) {
    passing(point);
    return inner.apply(this, args);
  };
}

function after(point: string, owner: object, name: string, counts: Counts = () => true): void {
  const methods = owner as Record<string, Method>;
  const inner = methods[name] as Method;
  methods[name] = async function (...args) {
    const result = await inner.apply(this, args);
    if (counts(...args)) passing(point);
    return result;
  };
}

before('key claimed', InventoryClient.prototype, 'reserve');
before('stock held, order not begun', OrderWriter.prototype, 'place');
after('order written, not committed', Idempotency.prototype, 'commit');
after('order committed, not answered', OrderWriter.prototype, 'place');
before('event claimed, not published', SnsClient.prototype, 'publishEnvelope');
after('event published, not noted', SnsClient.prototype, 'publishEnvelope');
after('step written, not committed', OrdersRepository.prototype, 'update');
after('step committed, not answered', OrderWriter.prototype, 'change');

/** A shipment that leaves or is packed; a change of an order without parts saves none. */
const ships: Counts = (_, parts) => ((parts as { shipments?: unknown[] }).shipments ?? []).length > 0;
const tellsOfShipment: Counts = (event) => (event as Envelope).event_type === 'shipment.shipped';
after('part written, not committed', OrderPartsRepository.prototype, 'save', ships);
after('part committed, not answered', ShipmentsService.prototype, 'create');
after('part published, not noted', SnsClient.prototype, 'publishEnvelope', tellsOfShipment);

after('hold written, not committed', ReservationsRepository.prototype, 'insertLines');
after('hold committed, not answered', ReservationsService.prototype, 'reserve');
after('reservation moved, not committed', ReservationsRepository.prototype, 'advance');
before('part received, not consumed', ReservationPartsService.prototype, 'shipped');
after('part consumed, not committed', ReservationsRepository.prototype, 'takePieces');
after('message done, not deleted', SqsServer.prototype, 'dispatch');

before('e-mail not claimed', EmailLedger.prototype, 'claim');
before('e-mail claimed, not sent', SesMailer.prototype, 'send');
before('e-mail sent, not noted', EmailLedger.prototype, 'markSent');
