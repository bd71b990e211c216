import { Database, type Statements } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Refund } from '../payments/refund.entity.js';

@Injectable()
export class RefundsRepository {
  private readonly table: Statements<Refund>;

  constructor(private readonly database: Database) {
    this.table = database.statements(Refund);
  }

  findByRef(refundRef: string): Promise<Refund | null> {
    return this.database.repository(Refund).findOneBy({ refundRef });
  }

  /** The refunds whose outcome is to be found out, those that wait longest first. */
  async due(now: Date, limit: number): Promise<Refund[]> {
    const sql = `SELECT ${this.table.columnList()} FROM refunds WHERE next_try_at <= ? ORDER BY next_try_at LIMIT ${limit}`;
    return (await this.database.query<object>(sql, [now])).map((row) => this.table.toEntity(row));
  }

  /** Moves the next try of a refund that has not ended. False if somebody has moved it since it was read. */
  async postpone({ refundId, nextTryAt }: Refund, until: Date): Promise<boolean> {
    const sql = 'UPDATE refunds SET next_try_at = ? WHERE refund_id = ? AND next_try_at = ?';
    return (await this.database.execute(sql, [until, refundId, nextTryAt])).affected === 1;
  }
}
