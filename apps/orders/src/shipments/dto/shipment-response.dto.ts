import { MAX_LINES, MAX_PARCELS, MAX_QUANTITY } from '@app/events';
import {
  EnumField,
  IdField,
  IntegerField,
  ListField,
  pageDto,
  PageQueryDto,
  SortField,
  TextField,
  TimeField,
  UuidField,
} from '@app/http';
import { trackingUrl } from '../../orders/carriers.js';
import { piecesOf } from '../../orders/order-events.js';
import type { Order } from '../../orders/order.entity.js';
import { SHIPMENT_STATUSES, SHIPMENT_TRANSITIONS, type ShipmentStatus } from '../../orders/shipment-status.js';
import type { Shipment } from '../../orders/shipment.entity.js';
import { ApiProperty } from '@nestjs/swagger';
import type { OrderShipment } from '../shipments.service.js';

export const PART_SORTS = { sorts: ['created_at'], default: 'created_at' } as const;

/** The parts of one order. */
export class ListPartsQueryDto extends PageQueryDto {
  @SortField(PART_SORTS.sorts)
  sort?: string;
}

/** Pieces of a line, with what they are. */
export class OrderPiecesResponseDto {
  @IdField()
  order_item_id: number;

  @IdField()
  product_id: number;

  @TextField({ min: 1, max: 100, example: 'MOUSE-1' })
  sku: string;

  @TextField({ min: 1, max: 255, example: 'Wireless Mouse' })
  name: string;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 1, description: 'Pieces.' })
  quantity: number;
}

export class ParcelResponseDto {
  @TextField({ min: 1, max: 100, nullable: true, example: 'DHL' })
  carrier: string | null;

  @TextField({ min: 1, max: 100, nullable: true, example: 'JD0146' })
  tracking_number: string | null;

  @TextField({
    min: 1,
    max: 700,
    nullable: true,
    example: 'https://www.dhl.com/global-en/home/tracking.html?tracking-id=JD0146',
    description: 'Where the customer follows it; null for a carrier that is not known.',
  })
  tracking_url: string | null;
}

export class ShipmentResponseDto {
  @IdField()
  shipment_id: number;

  @UuidField({ description: 'Its name in events and in the stock ledger.' })
  shipment_ref: string;

  @IdField()
  order_id: number;

  @EnumField(SHIPMENT_STATUSES, { example: 'shipped' })
  status: ShipmentStatus;

  @ListField(() => OrderPiecesResponseDto, { max: MAX_LINES })
  items: OrderPiecesResponseDto[];

  @ListField(() => ParcelResponseDto, { max: MAX_PARCELS })
  parcels: ParcelResponseDto[];

  @ApiProperty({
    enum: SHIPMENT_STATUSES,
    isArray: true,
    maxItems: SHIPMENT_STATUSES.length,
    example: ['delivered', 'lost'],
    description: 'The steps open to staff.',
  })
  allowed_transitions: ShipmentStatus[];

  @TimeField({ nullable: true })
  shipped_at: string | null;

  @TimeField({ nullable: true })
  delivered_at: string | null;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;
}

export const ShipmentListDto = pageDto('shipments', ShipmentResponseDto);

export function toShipmentResponse({ order, shipment }: OrderShipment): ShipmentResponseDto {
  return {
    shipment_id: shipment.shipmentId,
    shipment_ref: shipment.shipmentRef,
    order_id: shipment.orderId,
    status: shipment.status,
    items: toPieces(order, shipment),
    parcels: shipment.parcels.map((parcel) => ({ ...parcel, tracking_url: trackingUrl(parcel) })),
    allowed_transitions: [...SHIPMENT_TRANSITIONS[shipment.status]],
    shipped_at: shipment.shippedAt?.toISOString() ?? null,
    delivered_at: shipment.deliveredAt?.toISOString() ?? null,
    created_at: shipment.createdAt.toISOString(),
    updated_at: shipment.updatedAt.toISOString(),
    version: shipment.version,
  };
}

export function toPieces(order: Order, { items }: Pick<Shipment, 'items'>): OrderPiecesResponseDto[] {
  return piecesOf(order, items).map((pieces, index) => ({
    order_item_id: items[index]?.order_item_id ?? 0,
    ...pieces,
  }));
}
