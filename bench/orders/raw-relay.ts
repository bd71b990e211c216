import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, RowDataPacket } from 'mysql2/promise';
import { inTransaction, later } from './raw-database.js';
import { SQL } from './raw-sql.js';

const BATCH_DELAY_MS = 100;
const CLAIM_BATCH = 30;
const PUBLISHED_AT_ONCE = 10;

interface Row {
  id: number;
  envelope: string;
}

/** As the platform's relay: shortly after a commit, in the background, claims, publishes in batches, marks as sent. */
export class RawRelay {
  private readonly agent = new Agent({ keepAlive: true });
  private wanted = false;
  private running = false;

  constructor(
    private readonly pool: Pool,
    private readonly topic: string,
  ) {}

  async trigger(): Promise<void> {
    this.wanted = true;
    if (this.running) return;
    this.running = true;
    while (this.wanted) {
      await sleep(BATCH_DELAY_MS);
      this.wanted = false;
      for (let claimed = CLAIM_BATCH; claimed === CLAIM_BATCH;) claimed = await this.relayOnce();
    }
    this.running = false;
  }

  private async relayOnce(): Promise<number> {
    const claim = randomUUID();
    const rows = await inTransaction(this.pool, async (tx) => {
      const [due] = await tx.execute<(RowDataPacket & Row)[]>(SQL.due, [new Date()]);
      if (due.length > 0) await tx.execute(SQL.take(due.length), [claim, later(10_000), ...due.map(({ id }) => id)]);
      return due;
    });
    for (let i = 0; i < rows.length; i += PUBLISHED_AT_ONCE) {
      const batch = rows.slice(i, i + PUBLISHED_AT_ONCE);
      await this.publish(batch);
      const envelopes = batch.flatMap(({ id, envelope }) => [id, JSON.stringify(withoutCustomer(envelope))]);
      const ids = batch.map(({ id }) => id);
      await this.pool.execute(SQL.sent(batch.length), [new Date(), ...envelopes, ...ids, claim]);
    }
    return rows.length;
  }

  private async publish(batch: Row[]): Promise<void> {
    const form = new URLSearchParams({ Action: 'PublishBatch', Version: '2010-03-31', TopicArn: 'topic' });
    batch.forEach(({ envelope }, index) => {
      const entry = `PublishBatchRequestEntries.member.${index + 1}`;
      form.set(`${entry}.Id`, String(index));
      form.set(`${entry}.Message`, envelope);
    });
    const outgoing = request(this.topic, { method: 'POST', agent: this.agent });
    outgoing.end(form.toString());
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    incoming.resume();
    await once(incoming, 'end');
  }
}

function withoutCustomer(envelope: string): object {
  const { payload, ...rest } = JSON.parse(envelope) as { payload: object };
  const hidden = { customer_email: '[redacted]', customer_name: '[redacted]' };
  return { ...rest, payload: { ...payload, ...hidden } };
}
