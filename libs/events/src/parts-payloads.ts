import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsPositive,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MAX_LINES, MAX_PARCELS } from './order-limits.js';
import { OrderPayload } from './order-payload.js';
import { RETURN_STATUSES } from './order-statuses.js';
import { AMOUNT, AMOUNT_RULE, Nullable } from './payload-rules.js';

/** Pieces of one product of the order. */
export class PiecesPayload {
  @IsInt()
  @IsPositive()
  product_id: number;

  @IsString()
  @MaxLength(100)
  sku: string;

  @IsString()
  @MaxLength(255)
  name: string;

  @IsInt()
  @IsPositive()
  quantity: number;
}

const PiecesList = (): PropertyDecorator => (prototype, name) => {
  IsArray()(prototype, name);
  ArrayMaxSize(MAX_LINES)(prototype, name);
  ValidateNested({ each: true })(prototype, name);
  Type(() => PiecesPayload)(prototype, name);
};

export class ParcelPayload {
  @Nullable()
  @Length(1, 100)
  carrier: string | null;

  @Nullable()
  @Length(1, 100)
  tracking_number: string | null;

  /** Where the customer follows it; null if the carrier is none that is known. */
  @Nullable()
  @Length(1, 2000)
  tracking_url: string | null;
}

/** What left together. */
export class ShippedPayload {
  @IsInt()
  @IsPositive()
  shipment_id: number;

  /** The key under which the stock leaves, once. */
  @IsUUID()
  shipment_ref: string;

  @PiecesList()
  items: PiecesPayload[];

  @IsArray()
  @ArrayMaxSize(MAX_PARCELS)
  @ValidateNested({ each: true })
  @Type(() => ParcelPayload)
  parcels: ParcelPayload[];

  @IsISO8601({ strict: true })
  shipped_at: string;
}

/** The order as it is then, and what left. Its aggregate is the order. */
export class ShipmentPayload extends OrderPayload {
  @IsObject()
  @ValidateNested()
  @Type(() => ShippedPayload)
  shipment: ShippedPayload;
}

/** What will not be sent. */
export class CancelledPiecesPayload {
  @IsInt()
  @IsPositive()
  cancellation_id: number;

  /** The key under which the stock is released, once. */
  @IsUUID()
  cancellation_ref: string;

  @PiecesList()
  items: PiecesPayload[];

  /** What goes back, or is no longer to be paid. */
  @Matches(AMOUNT, AMOUNT_RULE)
  amount: string;
}

/** The order as it is then, and the part of it that was cancelled; its reason is `cancel_reason`. */
export class PartialCancellationPayload extends OrderPayload {
  @IsObject()
  @ValidateNested()
  @Type(() => CancelledPiecesPayload)
  cancellation: CancelledPiecesPayload;
}

/** Pieces of one product that come back, or came. */
export class ReturnedPiecesPayload extends PiecesPayload {
  /** How many arrived, whatever their condition; null before. */
  @Nullable()
  @IsInt()
  @Min(0)
  quantity_received: number | null;

  /** How many of those go back on sale; null before. */
  @Nullable()
  @IsInt()
  @Min(0)
  quantity_restocked: number | null;
}

export class ReturnPartPayload {
  @IsInt()
  @IsPositive()
  return_id: number;

  /** The key under which the stock comes back, once. */
  @IsUUID()
  return_ref: string;

  @IsIn(RETURN_STATUSES)
  status: string;

  @IsArray()
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ReturnedPiecesPayload)
  items: ReturnedPiecesPayload[];

  /** What goes back to the customer; null before it is settled. */
  @Nullable()
  @Matches(AMOUNT, AMOUNT_RULE)
  refund_amount: string | null;

  /** What the shop kept of it. */
  @Nullable()
  @Matches(AMOUNT, AMOUNT_RULE)
  fee: string | null;
}

/** The order as it is then, and one of its returns. Its aggregate is the order. */
export class ReturnPayload extends OrderPayload {
  @IsObject()
  @ValidateNested()
  @Type(() => ReturnPartPayload)
  return: ReturnPartPayload;

  /** What the shop says about a return that it rejected. */
  @Nullable()
  @MaxLength(500)
  rejection_reason: string | null;
}
