import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateIdempotencyKeys20261122000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const time = { type: 'datetime', ...(mysql && { precision: 3 }) };
    await runner.createTable(
      new Table({
        name: 'idempotency_keys',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'key_hash', type: 'char', length: '64' },
          { name: 'fingerprint', type: 'char', length: '64' },
          { name: 'reference', type: 'char', length: '36' },
          { name: 'lease', type: 'char', length: '36' },
          { name: 'lease_until', ...time },
          { name: 'response', type: mysql ? 'longtext' : 'text', isNullable: true },
          { name: 'expires_at', ...time },
        ],
        uniques: [{ name: 'idempotency_key', columnNames: ['key_hash'] }],
        indices: [{ name: 'idempotency_expiry', columnNames: ['expires_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('idempotency_keys');
  }
}
