import type { EntityClass, MigrationClass } from '@app/database';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { CreateIdempotencyKeys20261122000001 } from './migrations/20261122000001-create-idempotency-keys.js';
import { NameWhomAnswersConcern20261122000004 } from './migrations/20261122000004-name-whom-answers-concern.js';

export const IDEMPOTENCY_MIGRATIONS: MigrationClass[] = [
  CreateIdempotencyKeys20261122000001,
  NameWhomAnswersConcern20261122000004,
];
export const IDEMPOTENCY_ENTITIES: EntityClass[] = [IdempotencyKey];
