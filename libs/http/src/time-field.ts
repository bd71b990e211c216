import { applyDecorators } from '@nestjs/common';
import { convert, field, type FieldOptions } from './field.js';

/** The range of a MySQL datetime column, in UTC. */
const FIRST = Date.UTC(1000, 0, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Date, time, the fraction's first three digits, its other digits, and the zone's hours and minutes. */
const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,3})(\d{0,6}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** A time in RFC 3339 with a zone; a request yields a Date. */
export function TimeField(options: FieldOptions = {}): PropertyDecorator {
  return applyDecorators(
    convert((value) => (typeof value === 'string' ? readTime(value) : value)),
    field(
      {
        code: 'time',
        says: 'must be a time such as "2026-01-31T12:00:00.000Z", of the years 1000 to 9999 in UTC',
        check: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
        docs: { type: 'string', format: 'date-time' },
      },
      { example: '2026-01-31T12:00:00.000Z', ...options },
    ),
  );
}

/**
 * Returns the time in milliseconds, the precision of the databases: further digits round up, so that "before" a time
 * omits no row. Returns an invalid Date for an invalid time: Date itself turns 30 February into 2 March.
 */
function readTime(text: string): Date {
  const [, date = '', time = '', fraction = '', beyond = '', zone = ''] = RFC_3339.exec(text.toUpperCase()) ?? [];
  const isDay = date !== '' && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
  const at = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0')}${zone}`) + (/[1-9]/.test(beyond) ? 1 : 0);
  return isDay && at >= FIRST && at <= LAST ? new Date(at) : new Date(Number.NaN);
}
