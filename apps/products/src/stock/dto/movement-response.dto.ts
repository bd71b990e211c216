import { IdField, IntegerField, TextField, TimeField, UuidField } from '@app/http';
import type { InventoryMovement } from '../inventory-movement.entity.js';
import { MAX_STOCK } from '../inventory.errors.js';

export class MovementResponseDto {
  @IdField()
  movement_id: number;

  @IntegerField({ min: -MAX_STOCK, max: MAX_STOCK, example: -2, description: 'Pieces that came (or, negative, went).' })
  stock_delta: number;

  @IntegerField({ min: -MAX_STOCK, max: MAX_STOCK, example: -2, description: 'Pieces held (or, negative, let go).' })
  reserved_delta: number;

  @TextField({ min: 1, max: 200, example: 'order shipped' })
  reason: string;

  @UuidField({ nullable: true, description: 'The order it belongs to.' })
  order_ref: string | null;

  @UuidField({
    nullable: true,
    description: 'The `shipment_ref`, `cancellation_ref` or `return_ref` that it belongs to; null for a whole order.',
  })
  part_ref: string | null;

  @IdField({ nullable: true, description: 'user_id of the member of staff; null when an order did it.' })
  by: number | null;

  @TimeField()
  at: string;
}

export function toMovementResponse(movement: InventoryMovement): MovementResponseDto {
  return {
    movement_id: movement.movementId,
    stock_delta: movement.stockDelta,
    reserved_delta: movement.reservedDelta,
    reason: movement.reason,
    order_ref: movement.orderRef,
    part_ref: movement.partRef,
    by: movement.movedBy,
    at: movement.movedAt.toISOString(),
  };
}
