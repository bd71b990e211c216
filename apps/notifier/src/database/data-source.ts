import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from '@app/audit';
import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { Email } from '../notifications/email.entity.js';
import { ErasedUser } from '../notifications/erased-user.entity.js';
import { OrderMailing } from '../notifications/order-mailing.entity.js';
import { SuppressedAddress } from '../notifications/suppressed-address.entity.js';
import { UnverifiedRecipient } from '../notifications/unverified-recipient.entity.js';
import { CreateEmails20261122000010 } from './migrations/20261122000010-create-emails.js';
import { CreateOrderMailings20261122000011 } from './migrations/20261122000011-create-order-mailings.js';
import { CreateSuppressedAddresses20261122000012 } from './migrations/20261122000012-create-suppressed-addresses.js';
import { CreateErasedUsers20261122000013 } from './migrations/20261122000013-create-erased-users.js';
import { CreateUnverifiedRecipients20261129000010 } from './migrations/20261129000010-create-unverified-recipients.js';
import { KnowReturns20261203000010 } from './migrations/20261203000010-know-returns.js';

/** The notifier's own database. */
export function notifierDatabase(access: DatabaseAccess): DatabaseOptions {
  return {
    ...access,
    defaultDatabase: 'notifier',
    entities: [Email, ErasedUser, OrderMailing, SuppressedAddress, UnverifiedRecipient, ...AUDIT_ENTITIES],
    migrations: [
      CreateEmails20261122000010,
      CreateOrderMailings20261122000011,
      CreateSuppressedAddresses20261122000012,
      CreateErasedUsers20261122000013,
      CreateUnverifiedRecipients20261129000010,
      KnowReturns20261203000010,
      ...AUDIT_MIGRATIONS,
    ],
  };
}
