import { EnumField, TextField } from '@app/http';
import { ORDER_STATUSES, type OrderStatus } from '../order-status.js';

export class UpdateOrderDto {
  @EnumField(ORDER_STATUSES, {
    optional: true,
    example: 'cancelled',
    description: 'One of allowed_transitions. The present status again changes nothing.',
  })
  status?: OrderStatus;

  @TextField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    example: 'DHL',
    description: 'Staff only, from the step to shipped on.',
  })
  carrier?: string;

  @TextField({
    min: 1,
    max: 100,
    trim: true,
    optional: true,
    example: 'JD0146',
    description: 'Staff only, from the step to shipped on.',
  })
  tracking_number?: string;

  @TextField({
    min: 1,
    max: 500,
    trim: true,
    optional: true,
    example: 'Ordered twice',
    description: 'Only with the status cancelled.',
  })
  cancel_reason?: string;

  @TextField({
    min: 1,
    max: 1000,
    trim: true,
    optional: true,
    example: '1 Main Street, Springfield',
    description: 'While pending; staff also while paid.',
  })
  shipping_address?: string;
}
