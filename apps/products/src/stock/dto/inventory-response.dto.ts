import { BooleanField, IdField, IntegerField, TextField, TimeField } from '@app/http';
import { plainAnswer, resourceAnswer } from '../../cache/answers.js';
import type { CachedAnswer } from '../../cache/catalog-cache.js';
import type { Inventory } from '../inventory.entity.js';
import { MAX_STOCK } from '../inventory.errors.js';

/** The public part of a product's stock. */
export class AvailabilityResponseDto {
  @IdField()
  product_id: number;

  @BooleanField({ example: true, description: 'Whether some are available.' })
  in_stock: boolean;

  @IntegerField({ min: 0, max: MAX_STOCK, example: 22, description: 'Pieces that nobody holds.' })
  available_quantity: number;
}

/** The stock of a product as staff see it. */
export class InventoryResponseDto {
  @IdField()
  inventory_id: number;

  @IdField()
  product_id: number;

  @IntegerField({ min: 0, max: MAX_STOCK, example: 25, description: 'Pieces in the warehouse.' })
  stock_quantity: number;

  @IntegerField({ min: 0, max: MAX_STOCK, example: 3, description: 'Pieces held by open orders.' })
  reserved_quantity: number;

  @IntegerField({ min: 0, max: MAX_STOCK, example: 22, description: 'Pieces: stock_quantity - reserved_quantity.' })
  available_quantity: number;

  @TextField({ min: 1, max: 255, nullable: true, example: 'Hall 2, shelf 14' })
  warehouse_location: string | null;

  @IntegerField({
    min: 0,
    max: MAX_STOCK,
    example: 5,
    description: 'Pieces; staff is told when this few are available.',
  })
  low_stock_threshold: number;

  @TimeField()
  updated_at: string;

  @IntegerField({
    min: 1,
    max: 2_147_483_647,
    example: 1,
    description: 'Rises with every change; the ETag is made of it.',
  })
  version: number;
}

export function toInventoryResponse(inventory: Inventory): InventoryResponseDto {
  return {
    inventory_id: inventory.inventoryId,
    product_id: inventory.productId,
    stock_quantity: inventory.stockQuantity,
    reserved_quantity: inventory.reservedQuantity,
    available_quantity: inventory.stockQuantity - inventory.reservedQuantity,
    warehouse_location: inventory.warehouseLocation,
    low_stock_threshold: inventory.lowStockThreshold,
    updated_at: inventory.updatedAt.toISOString(),
    version: inventory.version,
  };
}

function toAvailabilityResponse(inventory: Inventory): AvailabilityResponseDto {
  const available = inventory.stockQuantity - inventory.reservedQuantity;
  return { product_id: inventory.productId, in_stock: available > 0, available_quantity: available };
}

/** The whole inventory for staff, its public part for everybody else. */
export function inventoryAnswer(inventory: Inventory, isStaff: boolean): CachedAnswer {
  return isStaff ? resourceAnswer(toInventoryResponse(inventory)) : plainAnswer(toAvailabilityResponse(inventory));
}
