import { AddressDto, EnumField, LocaleField, ObjectField, TextField } from '@app/http';
import { NoteField } from './order-fields.js';
import { ORDER_STATUSES, type OrderStatus } from '../order-status.js';

const CHANGEABLE = 'While pending; staff also while paid.';

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

  @ObjectField(() => AddressDto, { optional: true, nullable: true, description: CHANGEABLE })
  shipping_address?: AddressDto | null;

  @ObjectField(() => AddressDto, { optional: true, nullable: true, description: CHANGEABLE })
  billing_address?: AddressDto | null;

  @NoteField({ description: CHANGEABLE })
  note?: string | null;

  @LocaleField({ optional: true, nullable: true })
  locale?: string | null;
}
