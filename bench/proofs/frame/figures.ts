/** One number of a proof, and whether it keeps the platform's promise. */
export interface Figure {
  label: string;
  value: number;
  /** The expected value, such as `= 100`; empty if the number is only information. */
  wanted: string;
  holds: boolean;
}

const figure = (label: string, value: number, wanted: string, holds: boolean): Figure => ({
  label,
  value,
  wanted,
  holds,
});

export const exactly = (label: string, value: number, wanted: number): Figure =>
  figure(label, value, `= ${wanted}`, value === wanted);

export const none = (label: string, value: number): Figure => exactly(label, value, 0);

export const atMost = (label: string, value: number, most: number): Figure =>
  figure(label, value, `≤ ${most}`, value <= most);

export const atLeast = (label: string, value: number, least: number): Figure =>
  figure(label, value, `≥ ${least}`, value >= least);

/** A number that informs and decides nothing. */
export const info = (label: string, value: number): Figure => figure(label, value, '', true);

/** Such as `orders 100 (= 100)`; marks a figure that does not hold. */
export function describe({ label, value, wanted, holds }: Figure): string {
  const number = Number.isInteger(value) ? String(value) : value.toFixed(1);
  if (wanted === '') return `${label} ${number}`;
  return `${holds ? '' : '✗ '}${label} ${number} (${wanted})`;
}
