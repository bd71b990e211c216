import { PageQueryDto, SortField } from '@app/http';

export const MOVEMENT_SORTS = ['at'] as const;

export class MovementQueryDto extends PageQueryDto {
  @SortField(MOVEMENT_SORTS)
  sort?: string;
}
