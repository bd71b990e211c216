import { createHash } from 'node:crypto';
import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { OperatorActionRow } from './operator-action.entity.js';

/** What an operator did. States are JSON values: ids, counts and hashes, never secrets or personal data. */
export interface OperatorAction {
  /** The operating system's user, or the AWS caller. */
  operator: string;
  /** `noun.verb`, such as `outbox.retry`. */
  action: string;
  /** What was changed: an id, a queue, a file. */
  target: string;
  before: unknown;
  after: unknown;
}

/** What changed, and what the command returns. */
export interface Change<T> {
  before: unknown;
  after: unknown;
  result: T;
}

const MAX_TARGET = 255;

/** Records every manual change: one row each, committed together with the change. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs a change and records it in the same transaction. `work` returns null if it changed nothing: no record. */
  change<T>(
    who: Pick<OperatorAction, 'operator' | 'action' | 'target'>,
    work: (tx: Tx) => Promise<Change<T> | null>,
  ): Promise<T | null> {
    return this.database.transaction(async (tx) => {
      const change = await work(tx);
      if (!change) return null;
      await this.record({ ...who, before: change.before, after: change.after }, tx);
      return change.result;
    });
  }

  /** Returns at most `limit` entries, the newest first. */
  async list(limit: number): Promise<AuditEntry[]> {
    const newest = `ORDER BY id DESC LIMIT ${Math.trunc(limit)}`;
    const found = await this.database.find(OperatorActionRow, newest);
    return found.map(({ before, after, ...entry }) => {
      return { ...entry, before: JSON.parse(before) as unknown, after: JSON.parse(after) as unknown };
    });
  }

  /** Call it without `tx` only for a change that is not made in this database's transaction. */
  async record({ operator, action, target, before, after }: OperatorAction, tx?: Tx): Promise<void> {
    const row = {
      operator: operator.slice(0, MAX_TARGET),
      action,
      target: target.slice(0, MAX_TARGET),
      before: JSON.stringify(before ?? null),
      after: JSON.stringify(after ?? null),
      at: this.clock.now(),
    };
    await this.database.insert(OperatorActionRow, [row], { tx });
  }
}

export type AuditEntry = OperatorAction & { id: number; at: Date };

/** Hashes personal data for the audit log: equal values can be recognised, and nothing else. */
export function pseudonym(value: string): string {
  return createHash('sha256').update(value.trim().toLowerCase()).digest('hex').slice(0, 16);
}
