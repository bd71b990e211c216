import { type Conflict, Database, Purge, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { KnownClient } from './known-client.entity.js';
import { clientKey, ServerSecret } from './secrets.js';

/** An account and the address a request for it comes from. */
interface Client {
  account: string;
  address: string;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 90 * DAY_MS;
const RENEW: Conflict<KnownClient> = { keys: ['clientKey'], set: 'user_id = ?, seen_at = ?' };

/**
 * Remembers for 90 days from which networks a user has logged in. Such a client is served first, and failures from
 * other networks do not lock it out. An address, unlike a cookie, works for every client.
 */
@Injectable()
export class KnownClients {
  private readonly expired: Purge;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly secret: ServerSecret,
  ) {
    this.expired = new Purge(database, 'known_clients', 'seen_at', KEPT_MS);
  }

  async has(client: Client): Promise<boolean> {
    const sql = 'SELECT user_id FROM known_clients WHERE client_key = ? AND seen_at > ?';
    const since = new Date(this.clock.now().getTime() - KEPT_MS);
    return (await this.database.query(sql, [clientKey(this.secret, client), since])).length > 0;
  }

  /** Runs in the transaction of the login. */
  async remember(tx: Tx, userId: number, client: Client): Promise<void> {
    const seen = { clientKey: clientKey(this.secret, client), userId, seenAt: this.clock.now() };
    const values = [seen.userId, seen.seenAt];
    await this.database.insert(KnownClient, [seen], { tx, onConflict: RENEW, values });
    this.expired.remind();
  }

  async forget(tx: Tx, userId: number): Promise<void> {
    await this.database.execute('DELETE FROM known_clients WHERE user_id = ?', [userId], tx);
  }
}
