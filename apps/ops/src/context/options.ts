import { DomainError } from '@app/kernel';

/** Rows of a list. Lists are for reading, not for exports. */
export const LIST = { usual: 20, most: 100 };
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

export const LIMIT_HELP = `rows at most (default ${LIST.usual}, at most ${LIST.most})`;

/** @throws DomainError for anything but a whole number from 1 to `most`. */
export function parseLimit(text: string, most = LIST.most): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit;
  throw new DomainError('validation-failed', `--limit takes a whole number from 1 to ${most}.`);
}

/** @throws DomainError for anything but an id. */
export function parseId(text: string | undefined): number {
  const id = Number(text);
  if (Number.isInteger(id) && id >= 1) return id;
  throw new DomainError('validation-failed', 'Give an id, a whole number such as the list shows it.');
}

/** @throws DomainError for anything but a time of RFC 3339 with its zone; seconds may be left out. */
export function parseTime(flag: string, text: string): Date {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new DomainError('validation-failed', `${flag} takes a time with its zone, such as 2026-12-01T12:00Z.`);
}

/** @throws DomainError that lists the allowed words */
export function parseChoice<T extends string>(flag: string, words: readonly T[], text: string): T {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new DomainError('validation-failed', `${flag} takes one of ${words.join(', ')}.`);
  return word;
}
