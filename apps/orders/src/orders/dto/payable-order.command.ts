import { IsInt, IsOptional, IsPositive, Matches } from 'class-validator';

export class PayableOrderCommand {
  @IsInt()
  @IsPositive()
  order_id: number;

  /** Whose order it must be; the platform itself, and staff, name nobody. */
  @IsOptional()
  @IsInt()
  @IsPositive()
  user_id?: number;

  /** Of a guest's token, which may take the owner's place. */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  token_hash?: string;
}
