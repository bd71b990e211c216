import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsInt,
  IsOptional,
  IsUUID,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

export class ReserveLineDto {
  @IsInt()
  @Min(1)
  @Max(2_147_483_647)
  product_id: number;

  @IsInt()
  @Min(1)
  @Max(MAX_QUANTITY)
  quantity: number;

  /** The price that the customer saw, as a decimal amount; only compared. */
  @IsOptional()
  @Matches(/^\d{1,15}(\.\d{2,4})?$/, { message: '$property must be a decimal amount' })
  expected_price?: string;
}

export class ReserveDto {
  @IsUUID()
  order_ref: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => ReserveLineDto)
  items: ReserveLineDto[];
}

export class OrderRefDto {
  @IsUUID()
  order_ref: string;
}
