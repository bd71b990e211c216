import { IsInt, IsPositive, IsString, MaxLength, Min } from 'class-validator';

/** The available stock of a product fell to its low-stock threshold. */
export class InventoryLowPayload {
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
  @Min(0)
  available_quantity: number;

  @IsInt()
  @Min(0)
  low_stock_threshold: number;
}
