import { Email } from '../notifications/email.entity.js';
import { CreateEmails20261122000010 } from './migrations/20261122000010-create-emails.js';
import { CreateOrderMailings20261122000011 } from './migrations/20261122000011-create-order-mailings.js';
import { CreateSuppressedAddresses20261122000012 } from './migrations/20261122000012-create-suppressed-addresses.js';
import { CreateErasedUsers20261122000013 } from './migrations/20261122000013-create-erased-users.js';

/** The database this app uses when DATABASE_URL names none. */
export const NOTIFIER_DATABASE = 'notifier';

export const NOTIFIER_ENTITIES = [Email];

export const NOTIFIER_MIGRATIONS = [
  CreateEmails20261122000010,
  CreateOrderMailings20261122000011,
  CreateSuppressedAddresses20261122000012,
  CreateErasedUsers20261122000013,
];
