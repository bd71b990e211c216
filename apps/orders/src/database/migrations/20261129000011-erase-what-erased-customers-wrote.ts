import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Earlier releases kept the cancel reason and the tracking number in orders of erased people. */
export class EraseWhatErasedCustomersWrote20261129000011 implements MigrationInterface {
  readonly name = 'EraseWhatErasedCustomersWrote20261129000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE orders SET cancel_reason = NULL WHERE customer_email = ''`);
    await runner.query(
      `UPDATE orders SET tracking_number = NULL WHERE customer_email = '' AND status IN ('completed', 'cancelled')`,
    );
  }

  /** Nothing to undo: erased data stays erased. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
