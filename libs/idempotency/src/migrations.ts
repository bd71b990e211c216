import type { EntityClass, MigrationClass } from '@app/database';
import { CreateIdempotencyKeys20261122000001 } from './migrations/20261122000001-create-idempotency-keys.js';

export const IDEMPOTENCY_MIGRATIONS: MigrationClass[] = [CreateIdempotencyKeys20261122000001];
/** None: the table is only reached by SQL. */
export const IDEMPOTENCY_ENTITIES: EntityClass[] = [];
