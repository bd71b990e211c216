import { ABUSE_ROWS } from './abuse.js';
import { ACCOUNT_ROWS } from './account-fields.js';
import { ADDRESS_ROWS } from './addresses.js';
import { AUTHORISATION_ROWS } from './authorisation.js';
import { BODY_ROWS } from './bodies.js';
import { CATALOG_ROWS } from './catalog-fields.js';
import { CART_ROWS } from './carts.js';
import { IMAGE_ROWS } from './image-fields.js';
import { LEAK_ROWS } from './leaks.js';
import { MASS_ASSIGNMENT_ROWS } from './mass-assignment.js';
import { ORDER_ROWS } from './order-fields.js';
import { PART_ROWS } from './part-fields.js';
import { PRICING_ROWS } from './pricing-fields.js';
import { QUERY_ROWS } from './queries.js';
import type { HostileRow } from './row.js';
import { SESSION_ROWS } from './sessions.js';
import { TOKEN_ROWS } from './tokens.js';

/** All attacks that the build tries. */
export const HOSTILE_TABLE: HostileRow[] = [
  ...BODY_ROWS,
  ...ORDER_ROWS,
  ...PRICING_ROWS,
  ...CATALOG_ROWS,
  ...PART_ROWS,
  ...IMAGE_ROWS,
  ...ACCOUNT_ROWS,
  ...MASS_ASSIGNMENT_ROWS,
  ...ADDRESS_ROWS,
  ...CART_ROWS,
  ...QUERY_ROWS,
  ...TOKEN_ROWS,
  ...SESSION_ROWS,
  ...AUTHORISATION_ROWS,
  ...ABUSE_ROWS,
  // Last, since they search the traces of all others.
  ...LEAK_ROWS,
];
