import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from '@app/audit';
import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { IDEMPOTENCY_ENTITIES, IDEMPOTENCY_MIGRATIONS } from '@app/idempotency';
import { OUTBOX_ENTITIES, OUTBOX_MIGRATIONS } from '@app/outbox';
import { AccountToken } from '../tokens/account-token.entity.js';
import { EndedSession } from '../sessions/ended-session.entity.js';
import { KnownClient } from '../credentials/known-client.entity.js';
import { WindowCount } from '../credentials/window-count.entity.js';
import { Session } from '../sessions/session.entity.js';
import { SavedAddress } from '../addresses/saved-address.entity.js';
import { User } from '../accounts/user.entity.js';
import { CreateUsers20261122000010 } from './migrations/20261122000010-create-users.js';
import { CreateSessions20261122000011 } from './migrations/20261122000011-create-sessions.js';
import { CreateAccountTokens20261122000012 } from './migrations/20261122000012-create-account-tokens.js';
import { CreateFailedAttempts20261122000013 } from './migrations/20261122000013-create-failed-attempts.js';
import { RememberFormerRefreshTokens20261129000010 } from './migrations/20261129000010-remember-former-refresh-tokens.js';
import { AddPendingEmails20261129000011 } from './migrations/20261129000011-add-pending-emails.js';
import { KnowClients20261129000012 } from './migrations/20261129000012-know-clients.js';
import { WriteDomainsAsPunycode20261129000013 } from './migrations/20261129000013-write-domains-as-punycode.js';
import { CreateAddresses20261130000010 } from './migrations/20261130000010-create-addresses.js';

/** The users service's own database. */
export function usersDatabase(access: DatabaseAccess): DatabaseOptions {
  return {
    ...access,
    defaultDatabase: 'commerce_users',
    entities: [
      User,
      Session,
      EndedSession,
      AccountToken,
      WindowCount,
      KnownClient,
      SavedAddress,
      ...IDEMPOTENCY_ENTITIES,
      ...OUTBOX_ENTITIES,
      ...AUDIT_ENTITIES,
    ],
    migrations: [
      CreateUsers20261122000010,
      CreateSessions20261122000011,
      CreateAccountTokens20261122000012,
      CreateFailedAttempts20261122000013,
      RememberFormerRefreshTokens20261129000010,
      AddPendingEmails20261129000011,
      KnowClients20261129000012,
      WriteDomainsAsPunycode20261129000013,
      CreateAddresses20261130000010,
      ...IDEMPOTENCY_MIGRATIONS,
      ...OUTBOX_MIGRATIONS,
      ...AUDIT_MIGRATIONS,
    ],
  };
}
