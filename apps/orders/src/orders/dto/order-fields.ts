import { type FieldOptions, TextField } from '@app/http';

/** What a customer writes about an order. */
export const NoteField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({
    min: 1,
    max: 1000,
    trim: true,
    optional: true,
    nullable: true,
    example: 'Please ring twice.',
    ...options,
  });
