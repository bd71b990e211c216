import type { EntityClass, MigrationClass } from '@app/database';
import { CreateInbox20261122000003 } from './migrations/20261122000003-create-inbox.js';
import { CreateOutbox20261122000002 } from './migrations/20261122000002-create-outbox.js';
import { InboxMessage } from './inbox-message.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';

/** For a service that publishes events. */
export const OUTBOX_MIGRATIONS: MigrationClass[] = [CreateOutbox20261122000002];
export const OUTBOX_ENTITIES: EntityClass[] = [OutboxMessage];

/** For a service that consumes events. */
export const INBOX_MIGRATIONS: MigrationClass[] = [CreateInbox20261122000003];
export const INBOX_ENTITIES: EntityClass[] = [InboxMessage];
