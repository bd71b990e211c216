import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateEmails20261122000010 implements MigrationInterface {
  readonly name = 'CreateEmails20261122000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'emails',
        columns: [
          { name: 'email_id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'event_id', type: 'varchar', length: '36' },
          { name: 'template', type: 'varchar', length: '40' },
          { name: 'order_id', type: 'int', isNullable: true },
          { name: 'user_id', type: 'int', isNullable: true },
          { name: 'recipient_hash', type: 'varchar', length: '64', isNullable: true },
          { name: 'request_id', type: 'varchar', length: '128' },
          { name: 'status', type: 'varchar', length: '10' },
          { name: 'claim_id', type: 'varchar', length: '36', isNullable: true },
          { name: 'lease_until', type: 'datetime', precision: 3, isNullable: true },
          { name: 'attempts', type: 'int' },
          { name: 'possible_duplicates', type: 'int' },
          { name: 'failure', type: 'varchar', length: '100', isNullable: true },
          { name: 'message_id', type: 'varchar', length: '100', isNullable: true },
          { name: 'created_at', type: 'datetime', precision: 3 },
          { name: 'sent_at', type: 'datetime', precision: 3, isNullable: true },
        ],
        indices: [
          { name: 'uq_emails_event_template', columnNames: ['event_id', 'template'], isUnique: true },
          { name: 'emails_order', columnNames: ['order_id'] },
          { name: 'emails_user', columnNames: ['user_id'] },
          { name: 'emails_status', columnNames: ['status', 'email_id'] },
          { name: 'emails_message', columnNames: ['message_id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('emails');
  }
}
