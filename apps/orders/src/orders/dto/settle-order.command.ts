import { IsUUID } from 'class-validator';

export class SettleOrderCommand {
  @IsUUID()
  order_ref: string;
}
