import { type Address, addressLines } from '@app/kernel';

/** Where an order goes to: a text in orders of release 0.1, which knew no other addresses. */
export type Destination = Address | string;

/** Texts were trimmed, so only JSON begins with a space. */
export function writeDestination(destination: Destination | null): string | null {
  return typeof destination === 'object' && destination ? ` ${JSON.stringify(destination)}` : destination;
}

export function readDestination(stored: string | null): Destination | null {
  return stored?.startsWith(' ') ? (JSON.parse(stored) as Address) : stored;
}

/** Null if it is only a text. */
export function structured(destination: Destination | null): Address | null {
  return typeof destination === 'string' ? null : destination;
}

/** Null if it is not only a text. */
export function formerText(destination: Destination | null): string | null {
  return typeof destination === 'string' ? destination : null;
}

/** As lines, for whoever knows no other addresses. */
export function destinationText(destination: Destination | null): string | null {
  return typeof destination === 'object' && destination ? addressLines(destination).join('\n') : destination;
}
