import type { ValueTransformer } from 'typeorm';

/** A `bigint` column as a number (MySQL's driver returns large ones as text). Exact up to 2^53, far above money. */
export const bigintNumber: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | number | null) => (value === null ? null : Number(value)),
};

/** A `text` column as a JSON value. */
export const json: ValueTransformer = {
  to: (value: unknown) => (value === null || value === undefined ? value : JSON.stringify(value)),
  from: (text: string | null) => (text === null ? null : (JSON.parse(text) as unknown)),
};
