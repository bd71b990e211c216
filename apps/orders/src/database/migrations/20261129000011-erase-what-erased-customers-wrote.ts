import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders of people who were erased before this release kept the reason of a cancellation, and where a parcel was. */
export class EraseWhatErasedCustomersWrote20261129000011 implements MigrationInterface {
  readonly name = 'EraseWhatErasedCustomersWrote20261129000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE orders SET cancel_reason = NULL WHERE customer_email = ''`);
    await runner.query(
      `UPDATE orders SET tracking_number = NULL WHERE customer_email = '' AND status IN ('completed', 'cancelled')`,
    );
  }

  /** What was erased stays so. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}
