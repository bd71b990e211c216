import { Idempotency, type Reply } from '@app/idempotency';
import {
  assertVersion,
  type Caller,
  type ExpectedVersions,
  type ListRequest,
  ownerScope,
  type Page,
  type Visitor,
} from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { LinePieces } from '../orders/order-line.entity.js';
import { takeOpen } from '../orders/line-pieces.js';
import { OrderChanges } from '../orders/order-changes.js';
import { endWay, makeShipment, type Moment, noteArrival, ship, touch, unpack } from '../orders/order-parts.js';
import { OrderPartsRepository } from '../orders/order-parts.repository.js';
import type { Order } from '../orders/order.entity.js';
import { orderNotPaid, stepNotOpen } from '../orders/orders.errors.js';
import type { Change } from '../orders/order-writer.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { type ShipmentStatus, SHIPMENT_TRANSITIONS } from '../orders/shipment-status.js';
import type { Parcel, Shipment } from '../orders/shipment.entity.js';
import { noSuchShipment } from './shipments.errors.js';
import { ShipmentsRepository } from './shipments.repository.js';

export interface CreateShipment {
  /** Default all that is open. */
  items?: LinePieces[];
  parcels?: Parcel[];
  status?: 'prepared' | 'shipped';
}

export interface ChangeShipment {
  parcels?: Parcel[];
  status?: ShipmentStatus;
}

/** A shipment with the order that it is of. */
export interface OrderShipment {
  order: Order;
  shipment: Shipment;
}

/** Packs, ships and follows parts of orders. */
@Injectable()
export class ShipmentsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly changes: OrderChanges,
    private readonly parts: OrderPartsRepository,
    private readonly shipments: ShipmentsRepository,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws DomainError `not-found`, `order-not-paid`, `quantity-exceeds-open` */
  async create(
    orderId: number,
    { items, parcels = [], status = 'shipped' }: CreateShipment,
    caller: Caller,
    { claim, answer }: Reply<OrderShipment>,
  ): Promise<OrderShipment> {
    let shipment: Shipment | undefined;
    const read = () => this.orders.getById(orderId);
    const order = await this.changes.apply(read, caller.user_id, (order, moment) => {
      if (order.status === 'pending') throw orderNotPaid();
      const isShipped = status === 'shipped';
      const made = makeShipment(order, { items: takeOpen(order, items), parcels, isShipped }, moment);
      shipment = made;
      if (isShipped) showParcel(order, made);
      return {
        parts: { shipments: [made], left: isShipped ? [made] : [] },
        alsoIn: (tx) =>
          this.idempotency.commit(tx, claim, answer({ order, shipment: made }), order.userId ?? undefined),
      };
    });
    if (!shipment) throw new Error(`No shipment of the order ${orderId} was made.`);
    return { order, shipment };
  }

  /** Oldest first. @throws DomainError `not-found` for another customer's order */
  async listOf(orderId: number, request: ListRequest, visitor: Visitor): Promise<Page<Shipment> & { order: Order }> {
    const order = await this.orders.getById(orderId, ownerScope(visitor, 'order'));
    return { ...(await this.shipments.page(orderId, request)), order };
  }

  /** @throws DomainError `not-found`, also for another customer's */
  async get(shipmentId: number, visitor: Visitor): Promise<OrderShipment> {
    const scope = ownerScope(visitor, 'order');
    const shipment = await this.parts.findShipment(shipmentId);
    const order = shipment && (await this.orders.findById(shipment.orderId, scope));
    if (!order) throw noSuchShipment();
    return { order, shipment };
  }

  /** @throws DomainError `not-found`, `invalid-transition`, `precondition-failed` */
  change(
    shipmentId: number,
    { parcels, status }: ChangeShipment,
    caller: Caller,
    ifMatch?: ExpectedVersions,
  ): Promise<OrderShipment> {
    return this.edit(shipmentId, caller, (order, shipment, { moment, all }) => {
      assertVersion(shipment.version, ifMatch);
      if (parcels) shipment.parcels = parcels;
      if (status === undefined || status === shipment.status) touch(shipment, moment.at);
      else take(order, shipment, status, moment);
      noteArrival(order, all, moment.at);
      const hasLeft = status === 'shipped' && shipment.shippedAt === moment.at;
      if (shipment.shippedAt) showParcel(order, shipment);
      return { parts: { shipments: [shipment], left: hasLeft ? [shipment] : [] } };
    });
  }

  /** @throws DomainError `not-found`, `invalid-transition` */
  cancel(shipmentId: number, caller: Caller): Promise<OrderShipment> {
    return this.edit(shipmentId, caller, (order, shipment, { moment }) => {
      take(order, shipment, 'cancelled', moment);
      return { parts: { shipments: [shipment] } };
    });
  }

  private async edit(
    shipmentId: number,
    caller: Caller,
    edit: (order: Order, shipment: Shipment, now: { moment: Moment; all: Shipment[] }) => Change,
  ): Promise<OrderShipment> {
    let { shipment } = await this.get(shipmentId, { caller });
    const { orderId } = shipment;
    const order = await this.changes.apply(
      () => this.orders.getById(orderId),
      caller.user_id,
      async (order, moment) => {
        const all = await this.parts.shipments(orderId);
        const present = all.find((each) => each.shipmentId === shipmentId);
        if (!present) throw noSuchShipment();
        shipment = present;
        return edit(order, present, { moment, all });
      },
    );
    return { order, shipment };
  }
}

/** @throws DomainError `invalid-transition` */
function take(order: Order, shipment: Shipment, status: ShipmentStatus, { at }: Moment): void {
  const allowed = SHIPMENT_TRANSITIONS[shipment.status];
  if (!allowed.includes(status)) throw stepNotOpen('shipment', shipment.status, status, allowed);
  if (status === 'shipped') ship(order, shipment, at);
  else if (status === 'cancelled') unpack(order, shipment, at);
  else if (status === 'delivered' || status === 'lost') endWay(shipment, status, at);
}

/** The order itself names one parcel: that of the last shipment. */
function showParcel(order: Order, { parcels: [parcel] }: Shipment): void {
  order.carrier = parcel?.carrier ?? order.carrier;
  order.trackingNumber = parcel?.tracking_number ?? order.trackingNumber;
}
