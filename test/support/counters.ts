import { Column, Entity, type MigrationInterface, PrimaryColumn, type QueryRunner, Table } from 'typeorm';
import { bigintNumber } from '@app/database';

/** A table with one column of every type that differs between the databases. */
@Entity('counters')
export class Counter {
  @PrimaryColumn({ type: 'int' })
  id: number;

  @Column({ name: 'amount', type: 'bigint', transformer: bigintNumber })
  amount: number;

  @Column({ name: 'label', type: 'varchar', length: 50 })
  label: string;

  @Column({ name: 'seen_at', type: 'datetime', precision: 3, nullable: true })
  seenAt: Date | null;
}

export class CreateCounters20261122000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    await runner.createTable(
      new Table({
        name: 'counters',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'amount', type: 'bigint' },
          { name: 'label', type: 'varchar', length: '50' },
          { name: 'seen_at', type: 'datetime', ...(mysql && { precision: 3 }), isNullable: true },
        ],
        uniques: [{ name: 'counter_label', columnNames: ['label'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('counters');
  }
}

export class CountStarts20261122000102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE counters SET amount = amount + 1 WHERE id = 1');
  }

  async down(): Promise<void> {}
}
