import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Until now the platform gave back what was paid twice, and all that was left of a cancelled order's payments. What only
 * the provider has made was known to it from the first moment on, and has no name of ours there.
 */
const ORIGIN = `CASE
  WHEN requested_by IS NOT NULL OR note IS NOT NULL OR reason NOT IN ('duplicate', 'other') THEN 'staff'
  WHEN reason = 'duplicate' THEN 'order'
  WHEN provider_ref <> refund_ref AND updated_at = created_at THEN 'provider'
  WHEN EXISTS (SELECT 1 FROM payments p WHERE p.payment_id = refunds.payment_id
    AND p.refunded_amount + p.refunding_amount + p.disputed_amount >= p.captured_amount) THEN 'order'
  WHEN provider_ref = refund_ref THEN 'staff'
  ELSE 'provider' END`;

/** Who wanted a refund: what the platform owes is not lessened by what others gave. */
export class TellOriginsOfRefunds20261203000010 implements MigrationInterface {
  readonly name = 'TellOriginsOfRefunds20261203000010';

  async up(runner: QueryRunner): Promise<void> {
    // The release before inserts beside this one and names no origin. It gives back only what was paid twice, for which
    // refunds of staff count as well. Not by TypeORM, which copies the whole table on SQLite.
    await runner.query("ALTER TABLE refunds ADD COLUMN origin varchar(16) NOT NULL DEFAULT 'staff'");
    await runner.query(`UPDATE refunds SET origin = ${ORIGIN}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE refunds DROP COLUMN origin');
  }
}
