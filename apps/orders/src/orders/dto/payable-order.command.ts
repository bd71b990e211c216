import { IsInt, IsOptional, IsPositive } from 'class-validator';

export class PayableOrderCommand {
  @IsInt()
  @IsPositive()
  order_id: number;

  /** Whose order it must be; left out by the platform itself and for staff. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  user_id?: number;
}
