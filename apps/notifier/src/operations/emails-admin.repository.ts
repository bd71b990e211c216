import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Email, type EmailStatus } from '../notifications/email.entity.js';
import { SuppressedAddress } from '../notifications/suppressed-address.entity.js';

export interface Suppression {
  address_hash: string;
  reason: string;
  created_at: Date;
}

@Injectable()
export class EmailsAdminRepository {
  constructor(private readonly database: Database) {}

  list(status: EmailStatus | undefined, limit: number): Promise<Email[]> {
    const where = status === undefined ? {} : { status };
    return this.database.repository(Email).find({ where, order: { emailId: 'DESC' }, take: limit });
  }

  /** Returns the e-mails caused by a request, oldest first. */
  ofRequest(requestId: string): Promise<Email[]> {
    return this.database.repository(Email).find({ where: { requestId }, order: { emailId: 'ASC' }, take: 100 });
  }

  find(emailId: number, tx?: Tx): Promise<Email | null> {
    return this.database.repository(Email, tx).findOneBy({ emailId });
  }

  /** False if the e-mail changed meanwhile. */
  async requeue(tx: Tx, { emailId, status }: Email): Promise<boolean> {
    const sql = `UPDATE emails SET status = 'queued', claim_id = NULL, lease_until = NULL WHERE email_id = ? AND status = ?`;
    return (await this.database.execute(sql, [emailId, status], tx)).affected === 1;
  }

  async suppressions(limit: number): Promise<Suppression[]> {
    const found = await this.database
      .repository(SuppressedAddress)
      .find({ order: { createdAt: 'DESC', addressHash: 'ASC' }, take: Math.trunc(limit) });
    return found.map(({ addressHash, reason, createdAt }) => ({
      address_hash: addressHash,
      reason,
      created_at: createdAt,
    }));
  }

  async suppression(tx: Tx, addressHash: string): Promise<{ reason: string } | undefined> {
    const sql = 'SELECT reason FROM suppressed_addresses WHERE address_hash = ?';
    return (await this.database.query<{ reason: string }>(sql, [addressHash], tx))[0];
  }

  async suppress(tx: Tx, addressHash: string, reason: string, now: Date): Promise<void> {
    await this.database.insert(SuppressedAddress, [{ addressHash, reason, createdAt: now }], { tx });
  }

  async unsuppress(tx: Tx, addressHash: string): Promise<void> {
    await this.database.execute('DELETE FROM suppressed_addresses WHERE address_hash = ?', [addressHash], tx);
  }
}
