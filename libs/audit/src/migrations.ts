import type { EntityClass, MigrationClass } from '@app/database';
import { CreateOperatorActions20261122000006 } from './migrations/20261122000006-create-operator-actions.js';
import { OperatorActionRow } from './operator-action.entity.js';

/** For each service whose data operators may change. */
export const AUDIT_MIGRATIONS: MigrationClass[] = [CreateOperatorActions20261122000006];
export const AUDIT_ENTITIES: EntityClass[] = [OperatorActionRow];
