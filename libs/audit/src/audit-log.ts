import { createHash } from 'node:crypto';
import { Database, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';

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

interface Row extends Pick<OperatorAction, 'operator' | 'action' | 'target'> {
  id: number;
  acted_at: unknown;
  state_before: string;
  state_after: string;
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
    const rows = await this.database.query<Row>(
      `SELECT id, acted_at, operator, action, target, state_before, state_after FROM operator_actions ORDER BY id DESC LIMIT ${Math.trunc(limit)}`,
    );
    return rows.map(({ acted_at, state_before, state_after, ...row }) => ({
      ...row,
      at: this.database.date(acted_at),
      before: JSON.parse(state_before) as unknown,
      after: JSON.parse(state_after) as unknown,
    }));
  }

  /** Call it without `tx` only for a change that is not made in this database's transaction. */
  async record({ operator, action, target, before, after }: OperatorAction, tx?: Tx): Promise<void> {
    await this.database.execute(
      'INSERT INTO operator_actions (operator, action, target, state_before, state_after, acted_at) VALUES (?, ?, ?, ?, ?, ?)',
      [
        operator.slice(0, MAX_TARGET),
        action,
        target.slice(0, MAX_TARGET),
        JSON.stringify(before ?? null),
        JSON.stringify(after ?? null),
        this.clock.now(),
      ],
      tx,
    );
  }
}

export type AuditEntry = OperatorAction & { id: number; at: Date };

/** Hashes personal data for the audit log: equal values can be recognised, and nothing else. */
export function pseudonym(value: string): string {
  return createHash('sha256').update(value.trim().toLowerCase()).digest('hex').slice(0, 16);
}
