import { MAX_LINES } from '@app/events';
import { ArrayMaxSize, ArrayMinSize, IsInt, Max, Min } from 'class-validator';

export class OffersCommand {
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LINES)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(2_147_483_647, { each: true })
  product_ids: number[];
}
