import { IntegerField, Rule, TextField } from '@app/http';
import { MAX_STOCK } from '../inventory.errors.js';

export class UpdateInventoryDto {
  @IntegerField({
    min: 0,
    max: MAX_STOCK,
    optional: true,
    example: 40,
    description: 'Pieces counted. Not with adjustment.',
  })
  stock_quantity?: number;

  @Rule<UpdateInventoryDto>(
    'exclusive',
    'cannot be sent together with stock_quantity',
    (dto) => dto.stock_quantity === undefined,
  )
  @Rule<UpdateInventoryDto>('not-zero', 'must not be 0', (dto) => dto.adjustment !== 0)
  @IntegerField({
    min: -MAX_STOCK,
    max: MAX_STOCK,
    optional: true,
    description: 'Pieces that came (or, negative, went).',
  })
  adjustment?: number;

  @TextField({ min: 1, max: 255, trim: true, optional: true, nullable: true, example: 'Hall 2, shelf 14' })
  warehouse_location?: string | null;

  @IntegerField({
    min: 0,
    max: MAX_STOCK,
    optional: true,
    example: 5,
    description: 'Pieces; staff is told when this few are available.',
  })
  low_stock_threshold?: number;

  @TextField({
    min: 1,
    max: 200,
    trim: true,
    optional: true,
    example: 'Stock-taking',
    description: 'Kept in the ledger.',
  })
  reason?: string;
}
