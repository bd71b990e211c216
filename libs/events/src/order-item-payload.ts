import { IsInt, IsOptional, IsPositive, IsString, Matches, MaxLength, Min } from 'class-validator';
import { AMOUNT, AMOUNT_RULE } from './payload-rules.js';

/** One line of an order, with the price it was sold at. */
export class OrderItemPayload {
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

  @Matches(AMOUNT, AMOUNT_RULE)
  price_at_order: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  line_total: string;

  /** Of `quantity`, as are those below: pieces that have left. Left out by publishers of before. */
  @IsOptional()
  @IsInt()
  @Min(0)
  quantity_shipped?: number;

  @IsOptional()
  @IsInt()
  @Min(0)
  quantity_cancelled?: number;

  /** Of those shipped. */
  @IsOptional()
  @IsInt()
  @Min(0)
  quantity_returned?: number;
}
