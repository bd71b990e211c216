import { MAX_QUANTITY } from '@app/events';
import { IdField, IntegerField } from '@app/http';

/** Pieces of one line of an order. */
export class LinePiecesDto {
  @IdField({ description: 'A line of the order.' })
  order_item_id: number;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 1, description: 'Pieces. Entries of one line are added up.' })
  quantity: number;
}
