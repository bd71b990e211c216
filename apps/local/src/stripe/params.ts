import type { Form } from './form.js';
import { wrongParameter } from './stripe-error.js';

/** Reads one parameter; `undefined` if it is not given. */
export type Reader<T> = (value: string | Form | undefined, name: string) => T;
export type Readers = Record<string, Reader<unknown>>;
type Given<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };

export type Metadata = Record<string, string>;

const MOST_METADATA = { keys: 50, key: 40, value: 500 };

/**
 * Reads the parameters of a request.
 *
 * @throws StripeError as Stripe words it, also for a parameter without a reader.
 */
export function read<R extends Readers>(form: Form, readers: R, inside?: string): Given<R> {
  const full = (name: string) => (inside === undefined ? name : `${inside}[${name}]`);
  const unknown = Object.keys(form).find((name) => !Object.hasOwn(readers, name));
  if (unknown !== undefined)
    throw wrongParameter(full(unknown), `Received unknown parameter: ${full(unknown)}`, 'parameter_unknown');
  const entries = Object.entries(readers).map(([name, reader]) => [name, reader(form[name], full(name))]);
  return Object.fromEntries(entries) as Given<R>;
}

export function required<T>(reader: Reader<T>): Reader<NonNullable<T>> {
  return (value, name) => {
    const found = reader(value, name);
    if (found === undefined || found === null)
      throw wrongParameter(name, `Missing required param: ${name}.`, 'parameter_missing');
    return found;
  };
}

export const text: Reader<string | undefined> = (value, name) => {
  if (typeof value === 'object') throw wrongParameter(name, `Invalid string: ${JSON.stringify(value)}`);
  if (value !== '') return value;
  const message =
    `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however ` +
    `'${name}' cannot be unset. You should remove '${name}' from your request or supply a non-empty value.`;
  throw wrongParameter(name, message, 'parameter_invalid_empty');
};

export function integer({ min = 1, max = 99_999_999 } = {}): Reader<number | undefined> {
  return (value, name) => {
    const given = text(value, name);
    if (given === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(given))
      throw wrongParameter(name, `Invalid integer: ${given}`, 'parameter_invalid_integer');
    const number = Number(given);
    if (number >= min && number <= max) return number;
    const bound = number < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
    throw wrongParameter(name, `This value must be ${bound}.`, 'parameter_invalid_integer');
  };
}

export const flag: Reader<boolean | undefined> = (value, name) => {
  const given = text(value, name);
  if (given !== undefined && given !== 'true' && given !== 'false')
    throw wrongParameter(name, `Invalid boolean: ${given}`);
  return given === undefined ? undefined : given === 'true';
};

/** A share from 0 to 1, of the wire's own settings. */
export const share: Reader<number | undefined> = (value, name) => {
  const given = text(value, name);
  if (given === undefined) return undefined;
  if (Number(given) >= 0 && Number(given) <= 1) return Number(given);
  throw wrongParameter(name, `Invalid share: ${given}; must be a number from 0 to 1`);
};

export function choice<T extends string>(...values: readonly T[]): Reader<T | undefined> {
  return (value, name) => {
    const given = text(value, name);
    const found = values.find((each) => each === given);
    if (given === undefined || found !== undefined) return found;
    throw wrongParameter(name, `Invalid ${name}: must be one of ${values.join(', ')}`);
  };
}

export const currency: Reader<string | undefined> = (value, name) => {
  const given = text(value, name);
  if (given === undefined || /^[a-z]{3}$/.test(given)) return given;
  throw wrongParameter(name, `Invalid currency: ${given}. It must be three lower-case letters.`);
};

/** Names with texts; an empty text removes its name, and an empty parameter all. */
export const metadata: Reader<Metadata | undefined> = (value, name) => {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return fail(value !== '', name, 'Invalid hash') ?? {};
  for (const [key, each] of Object.entries(value)) {
    fail(key.length > MOST_METADATA.key, `${name}[${key}]`, 'Metadata keys can have up to 40 characters.');
    if (typeof each === 'object') throw wrongParameter(`${name}[${key}]`, 'Metadata values must be strings.');
    fail(each.length > MOST_METADATA.value, `${name}[${key}]`, 'Metadata values can have up to 500 characters.');
  }
  return { ...(value as Metadata) };
};

export function list<T>(reader: Reader<T | undefined>): Reader<T[] | undefined> {
  return (value, name) => {
    if (typeof value === 'string') throw wrongParameter(name, 'Invalid array');
    return value && Object.entries(value).flatMap(([index, each]) => reader(each, `${name}[${index}]`) ?? []);
  };
}

export function group<R extends Readers>(readers: R): Reader<Given<R> | undefined> {
  return (value, name) => {
    if (typeof value === 'string') throw wrongParameter(name, 'Invalid object');
    return value && read(value, readers, name);
  };
}

/** @throws StripeError if there would be too many keys. */
export function merge(old: Metadata, given: Metadata | undefined): Metadata {
  if (!given) return old;
  const all = Object.keys(given).length === 0 ? {} : { ...old, ...given };
  const kept = Object.entries(all).filter(([, value]) => value !== '');
  fail(kept.length > MOST_METADATA.keys, 'metadata', 'Metadata can have up to 50 keys.');
  return Object.fromEntries(kept);
}

function fail(isWrong: boolean, name: string, message: string): undefined {
  if (isWrong) throw wrongParameter(name, message);
}
