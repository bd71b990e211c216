import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One manual change of data by an operator. */
@Entity('operator_actions')
export class OperatorActionRow {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'operator', type: 'varchar', length: 255 })
  operator: string;

  @Column({ name: 'action', type: 'varchar', length: 64 })
  action: string;

  @Column({ name: 'target', type: 'varchar', length: 255 })
  target: string;

  /** JSON. */
  @Column({ name: 'state_before', type: 'text' })
  before: string;

  /** JSON. */
  @Column({ name: 'state_after', type: 'text' })
  after: string;

  @Column({ name: 'acted_at', type: 'datetime', precision: 3 })
  at: Date;
}
