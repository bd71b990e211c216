import { AUDIT_ENTITIES, AUDIT_MIGRATIONS } from '@app/audit';
import type { DatabaseAccess, DatabaseOptions } from '@app/database';
import { IDEMPOTENCY_ENTITIES, IDEMPOTENCY_MIGRATIONS } from '@app/idempotency';
import { OUTBOX_ENTITIES, OUTBOX_MIGRATIONS } from '@app/outbox';
import { SESSIONS_ENTITIES, SESSIONS_MIGRATIONS } from '@app/sessions';
import { PaymentEntry } from '../payments/payment-entry.entity.js';
import { Payment } from '../payments/payment.entity.js';
import { Refund } from '../payments/refund.entity.js';
import { StoredEvent } from '../provider-events/provider-event.entity.js';
import { ProviderCursor } from '../reconciliation/provider-cursor.entity.js';
import { CreateLedger20261201000011 } from './migrations/20261201000011-create-ledger.js';
import { CreatePayments20261201000010 } from './migrations/20261201000010-create-payments.js';
import { CreateProviderEvents20261201000012 } from './migrations/20261201000012-create-provider-events.js';
import { CreateProviderCursors20261201000013 } from './migrations/20261201000013-create-provider-cursors.js';
import { TellOriginsOfRefunds20261203000010 } from './migrations/20261203000010-tell-origins-of-refunds.js';

/** The payments service's own database. */
export function paymentsDatabase(access: DatabaseAccess): DatabaseOptions {
  return {
    ...access,
    defaultDatabase: 'commerce_payments',
    entities: [
      Payment,
      PaymentEntry,
      Refund,
      StoredEvent,
      ProviderCursor,
      ...IDEMPOTENCY_ENTITIES,
      ...OUTBOX_ENTITIES,
      ...SESSIONS_ENTITIES,
      ...AUDIT_ENTITIES,
    ],
    migrations: [
      CreatePayments20261201000010,
      CreateLedger20261201000011,
      CreateProviderEvents20261201000012,
      CreateProviderCursors20261201000013,
      TellOriginsOfRefunds20261203000010,
      ...IDEMPOTENCY_MIGRATIONS,
      ...OUTBOX_MIGRATIONS,
      ...SESSIONS_MIGRATIONS,
      ...AUDIT_MIGRATIONS,
    ],
  };
}
