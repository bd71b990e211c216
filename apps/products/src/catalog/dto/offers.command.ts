import { MAX_LINES } from '@app/events';
import { ArrayMaxSize, ArrayMinSize, IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';

export class OffersCommand {
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(2_147_483_647, { each: true })
  product_ids: number[];

  /** Leaves out products that are not sold, instead of refusing the command. */
  @IsOptional()
  @IsBoolean()
  omit_unknown?: boolean;
}
