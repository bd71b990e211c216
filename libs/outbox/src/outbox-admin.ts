import { Database, forUpdate, jsonText, type Tx } from '@app/database';
import type { Envelope } from '@app/events';
import { Clock, DomainError, notFound } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Destination, Notice } from './publishers.js';

export const OUTBOX_STATES = ['waiting', 'parked', 'sent'] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** A row for operators, without its content. */
export interface OutboxRow {
  id: number;
  event_id: string;
  event_type: string;
  destination: Destination;
  state: OutboxState;
  attempts: number;
  created_at: Date;
  due_at: Date | null;
  sent_at: Date | null;
  last_error: string | null;
}

/** A row's state before and after a change, for the audit log. */
export interface OutboxChange {
  id: number;
  before: Pick<OutboxRow, 'state' | 'attempts'>;
  after: Pick<OutboxRow, 'state' | 'attempts'>;
}

/** An event with its aggregate and the request that caused it. */
export interface CausedEvent {
  event_id: string;
  created_at: Date;
  /** RFC 3339. */
  occurred_at: string;
  event_type: string;
  aggregate_id: string;
  request_id: string;
}

interface Raw extends Omit<OutboxRow, 'state' | 'created_at' | 'due_at' | 'sent_at'> {
  created_at: unknown;
  due_at: unknown;
  sent_at: unknown;
  parked_at: unknown;
}

const MAX_EVENTS = 200;
const COLUMNS = 'id, event_id, event_type, destination, attempts, created_at, due_at, sent_at, parked_at, last_error';

const CONDITIONS: Record<OutboxState, string> = {
  waiting: 'sent_at IS NULL AND parked_at IS NULL',
  parked: 'parked_at IS NOT NULL',
  sent: 'sent_at IS NOT NULL',
};

/** Operations on the outbox for operators: list, retry and park rows. */
@Injectable()
export class OutboxAdmin {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Returns at most `limit` rows, the newest first. */
  async list(state: OutboxState, limit: number): Promise<OutboxRow[]> {
    const sql = `SELECT ${COLUMNS} FROM outbox WHERE ${CONDITIONS[state]} ORDER BY id DESC LIMIT ${Math.trunc(limit)}`;
    return (await this.database.query<Raw>(sql)).map((row) => this.toRow(row));
  }

  /**
   * Returns the content of a row by its event id. A sent one contains no personal data.
   *
   * @throws DomainError `not-found`: sent rows are kept for a week.
   */
  async message(eventId: string): Promise<Envelope | Notice> {
    const sql = 'SELECT envelope FROM outbox WHERE event_id = ?';
    const [row] = await this.database.query<{ envelope: string }>(sql, [eventId]);
    if (!row) throw notFound('event in the outbox; sent ones are kept for 7 days');
    return JSON.parse(row.envelope) as Envelope | Notice;
  }

  /** Returns the events that a request caused, oldest first. Scans the whole table: for operators, not for requests. */
  async ofRequest(requestId: string): Promise<OutboxRow[]> {
    const sql = `SELECT ${COLUMNS} FROM outbox WHERE ${this.inEnvelope('request_id')} = ? ORDER BY id LIMIT ${MAX_EVENTS}`;
    return (await this.database.query<Raw>(sql, [requestId])).map((row) => this.toRow(row));
  }

  /** Returns the newest events of type prefixes such as `order.`, each with its aggregate and request. */
  newestAbout(typePrefixes: readonly string[], limit: number): Promise<CausedEvent[]> {
    const { sql, params } = ofTypes(typePrefixes);
    return this.caused(`${sql} ORDER BY id DESC LIMIT ${Math.trunc(limit)}`, params);
  }

  /** Returns the events about one aggregate, such as `order.` and its id, oldest first. Scans the whole table too. */
  about(typePrefixes: readonly string[], aggregateId: string): Promise<CausedEvent[]> {
    const { sql, params } = ofTypes(typePrefixes);
    const condition = `${sql} AND ${this.inEnvelope('aggregate_id')} = ? ORDER BY id LIMIT ${MAX_EVENTS}`;
    return this.caused(condition, [...params, aggregateId]);
  }

  /** Makes the next sweep publish a row, with all attempts left. */
  retry(tx: Tx, id: number): Promise<OutboxChange> {
    return this.change(tx, id, 'waiting');
  }

  /** Parks a row: it is not published until it is retried. */
  park(tx: Tx, id: number): Promise<OutboxChange> {
    return this.change(tx, id, 'parked');
  }

  private async change(tx: Tx, id: number, to: 'waiting' | 'parked'): Promise<OutboxChange> {
    const now = this.clock.now();
    const parks = to === 'parked';
    const sql = `SELECT ${COLUMNS} FROM outbox WHERE id = ?${forUpdate(this.database.dialect)}`;
    const [raw] = await this.database.query<Raw>(sql, [id], tx);
    if (!raw) throw notFound(`row ${id} in the outbox`);
    const before = this.toRow(raw);
    if (before.state === 'sent') {
      throw new DomainError(
        'validation-failed',
        `Row ${id} was sent: what its consumers made of it is in their queues.`,
      );
    }
    const attempts = parks ? before.attempts : 0;
    await this.database.execute(
      'UPDATE outbox SET due_at = ?, parked_at = ?, claim = NULL, attempts = ? WHERE id = ?',
      [parks ? null : now, parks ? now : null, attempts, id],
      tx,
    );
    return { id, before: { state: before.state, attempts: before.attempts }, after: { state: to, attempts } };
  }

  private async caused(condition: string, params: unknown[]): Promise<CausedEvent[]> {
    const fields = (['occurred_at', 'aggregate_id', 'request_id'] as const).map(
      (field) => `${this.inEnvelope(field)} AS ${field}`,
    );
    const rows = await this.database.query<Omit<CausedEvent, 'created_at'> & { created_at: unknown }>(
      `SELECT event_id, created_at, event_type, ${fields.join(', ')} FROM outbox WHERE ${condition}`,
      params,
    );
    return rows.map((row) => ({ ...row, created_at: this.database.date(row.created_at) }));
  }

  private inEnvelope(field: 'occurred_at' | 'request_id' | 'aggregate_id'): string {
    return jsonText(this.database.dialect, 'envelope', field);
  }

  private toRow({ parked_at, created_at, due_at, sent_at, ...row }: Raw): OutboxRow {
    const date = (value: unknown) => (value === null ? null : this.database.date(value));
    const state = sent_at !== null ? 'sent' : parked_at !== null ? 'parked' : 'waiting';
    return { ...row, state, created_at: this.database.date(created_at), due_at: date(due_at), sent_at: date(sent_at) };
  }
}

function ofTypes(prefixes: readonly string[]): { sql: string; params: string[] } {
  const sql = `(${prefixes.map(() => 'event_type LIKE ?').join(' OR ')})`;
  return { sql, params: prefixes.map((prefix) => `${prefix}%`) };
}
