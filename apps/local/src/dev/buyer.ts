/** What the buyer does with an open payment. */
interface Move {
  says: string;
  /** One of Stripe's test cards. */
  card: string;
  /** How 3-D Secure ends, if the card asks for it. */
  authenticate?: boolean;
}

const MOVES = {
  pay: { says: 'Pay with a card that works', card: 'pm_card_visa' },
  decline: { says: 'Pay with a card that is declined', card: 'pm_card_chargeDeclined' },
  accept: { says: 'Pass 3-D Secure', card: 'pm_card_authenticationRequired', authenticate: true },
  refuse: { says: 'Fail 3-D Secure', card: 'pm_card_authenticationRequired', authenticate: false },
  ask: { says: 'Leave 3-D Secure open', card: 'pm_card_authenticationRequired' },
  dispute: { says: 'Pay, and dispute it', card: 'pm_card_createDispute' },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof MOVES;
export const BUYER: Readonly<Record<MoveName, Move>> = MOVES;
export const MOVE_NAMES = Object.keys(MOVES) as MoveName[];
