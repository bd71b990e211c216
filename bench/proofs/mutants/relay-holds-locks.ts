import 'reflect-metadata';
import type { Database } from '@app/database';
import type { Envelope } from '@app/events';
import { type OutboxOptions, Relay } from '@app/outbox';

interface Row {
  id: number;
  envelope: string;
}

/** Publishes inside the transaction that reads the rows, and so holds the locks of MySQL's default isolation. */
Relay.prototype.sweep = async function () {
  const { rows, options } = this as unknown as { rows: { database: Database }; options: OutboxOptions };
  const runner = rows.database.dataSource.createQueryRunner();
  try {
    await runner.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await runner.query('START TRANSACTION');
    const due = (await runner.query(
      'SELECT id, envelope FROM outbox WHERE due_at <= ? ORDER BY due_at, id LIMIT 30 FOR UPDATE',
      [new Date()],
    )) as Row[];
    for (const { id, envelope } of due) {
      await options.destinations.topic?.(JSON.parse(envelope) as Envelope);
      await runner.query('UPDATE outbox SET sent_at = ?, due_at = NULL WHERE id = ?', [new Date(), id]);
    }
    await runner.query('COMMIT');
    return due.length;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
};
