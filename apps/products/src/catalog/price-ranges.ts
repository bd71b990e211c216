import { formatMoney, MAX_PRICE } from '@app/kernel';

/** Where ranges begin, in minor units: 0, and 1, 2.5 and 5 of every power of ten from 100 on. */
const STARTS = [0];
for (let ten = 100; ten <= MAX_PRICE; ten *= 10) STARTS.push(ten, ten * 2.5, ten * 5);
const LAST = STARTS.filter((start) => start <= MAX_PRICE).length - 1;

/** SQL that says in which range, from 0, the price in `column` is. */
export function rangeSql(column: string): string {
  const whens = STARTS.slice(1, LAST + 1).map((start, range) => `WHEN ${column} < ${start} THEN ${range}`);
  return `CASE ${whens.join(' ')} ELSE ${LAST} END`;
}

/** The range such as `10.00-24.99`; both ends are in it. */
export function rangeText(range: number, currency: string): string {
  const end = range < LAST ? (STARTS[range + 1] as number) - 1 : MAX_PRICE;
  return `${formatMoney(STARTS[range] as number, currency)}-${formatMoney(end, currency)}`;
}
