import { formatMoney } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { trackingUrl } from '../orders/carriers.js';
import type { LinePieces } from '../orders/order-line.entity.js';
import type { Parcel, Shipment } from '../orders/shipment.entity.js';
import type { ShipmentStatus } from '../orders/shipment-status.js';
import type { ReturnStatus } from '../returns/return-status.js';
import { noSuchReturn } from '../returns/returns.errors.js';
import { noSuchShipment } from '../shipments/shipments.errors.js';
import { type PartFilter, PartsAdminRepository, type PartsOrder } from './parts-admin.repository.js';

/** A shipment as lists show it. */
export interface ListedShipment {
  shipment_id: number;
  order_id: number;
  status: ShipmentStatus;
  pieces: number;
  parcels: number;
  shipped_at: Date | null;
  delivered_at: Date | null;
  version: number;
  updated_at: Date;
}

/** A return as lists show it. */
export interface ListedReturn {
  return_id: number;
  order_id: number;
  status: ReturnStatus;
  pieces: number;
  /** Pieces; null before. */
  arrived: number | null;
  /** Null before it is settled. */
  refund_amount: string | null;
  currency: string | null;
  version: number;
  updated_at: Date;
}

/** What a piece of an order is. */
export interface ShownPieces extends LinePieces {
  product_id: number | null;
  sku: string | null;
}

export interface ShownShipment extends Omit<ListedShipment, 'pieces' | 'parcels'> {
  shipment_ref: string;
  lines: ShownPieces[];
  parcels: Parcel[];
  created_by: number | null;
  created_at: Date;
}

export interface ShownReturn extends Omit<ListedReturn, 'pieces' | 'arrived'> {
  return_ref: string;
  lines: ShownPieces[];
  /** With its condition, and whether it went back on sale; null before. */
  received: object[] | null;
  suggested_refund: string | null;
  fee: string | null;
  requested_by: number | null;
  created_at: Date;
}

/** Operators' view of shipments and returns. It shows nothing that customers or staff wrote in words of their own. */
@Injectable()
export class PartsAdminService {
  constructor(private readonly parts: PartsAdminRepository) {}

  /** Returns the newest first, at most `limit`. */
  async shipments(filter: PartFilter<ShipmentStatus>, limit: number): Promise<ListedShipment[]> {
    const found = await this.parts.shipments(filter, limit);
    return found.map((shipment) => ({
      ...{ shipment_id: shipment.shipmentId, order_id: shipment.orderId, status: shipment.status },
      ...{ pieces: sum(shipment.items), parcels: shipment.parcels.length },
      ...timesOf(shipment),
    }));
  }

  /** @throws DomainError `not-found` */
  async shipment(shipmentId: number): Promise<ShownShipment> {
    const shipment = await this.parts.shipment(shipmentId);
    if (!shipment) throw noSuchShipment();
    const order = await this.parts.order(shipment.orderId);
    return {
      ...{ shipment_id: shipment.shipmentId, shipment_ref: shipment.shipmentRef, order_id: shipment.orderId },
      ...{ status: shipment.status, lines: shipment.items.map((pieces) => shown(order, pieces)) },
      parcels: shipment.parcels.map((parcel) => ({ ...parcel, tracking_url: trackingUrl(parcel) })),
      ...{ ...timesOf(shipment), created_by: shipment.by, created_at: shipment.createdAt },
    };
  }

  /** Returns the newest first, at most `limit`. */
  async returns(filter: PartFilter<ReturnStatus>, limit: number): Promise<ListedReturn[]> {
    const found = await this.parts.returns(filter, limit);
    const currencies = await this.parts.currencies(found.map(({ orderId }) => orderId));
    return found.map((given) => {
      const currency = currencies.get(given.orderId) ?? null;
      return {
        ...{ return_id: given.returnId, order_id: given.orderId, status: given.status, pieces: sum(given.items) },
        arrived: given.received && sum(given.received.filter(({ condition }) => condition !== 'missing')),
        ...{ refund_amount: money(given.refundAmount, currency), currency },
        ...{ version: given.version, updated_at: given.updatedAt },
      };
    });
  }

  /** @throws DomainError `not-found` */
  async return(returnId: number): Promise<ShownReturn> {
    const given = await this.parts.return(returnId);
    if (!given) throw noSuchReturn();
    const order = await this.parts.order(given.orderId);
    const { currency } = order;
    const received = given.received?.map(({ condition, restock, ...pieces }) => ({
      ...{ ...shown(order, pieces), condition, restock },
    }));
    return {
      ...{ return_id: given.returnId, return_ref: given.returnRef, order_id: given.orderId, status: given.status },
      ...{ lines: given.items.map((pieces) => shown(order, pieces)), received: received ?? null },
      suggested_refund: money(given.receivedValue, currency),
      ...{ refund_amount: money(given.refundAmount, currency), fee: money(given.fee, currency), currency },
      ...{
        requested_by: given.requestedBy,
        version: given.version,
        created_at: given.createdAt,
        updated_at: given.updatedAt,
      },
    };
  }
}

function shown({ lines }: PartsOrder, { order_item_id, quantity }: LinePieces): ShownPieces {
  const line = lines.find(({ orderLineId }) => orderLineId === order_item_id);
  return { order_item_id, product_id: line?.productId ?? null, sku: line?.sku ?? null, quantity };
}

const timesOf = ({ shippedAt, deliveredAt, version, updatedAt }: Shipment) => ({
  ...{ shipped_at: shippedAt, delivered_at: deliveredAt, version, updated_at: updatedAt },
});

const money = (minor: number | null, currency: string | null): string | null =>
  minor === null || currency === null ? null : formatMoney(minor, currency);

const sum = (pieces: readonly LinePieces[]): number => pieces.reduce((total, { quantity }) => total + quantity, 0);
