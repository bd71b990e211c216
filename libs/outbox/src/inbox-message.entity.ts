import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** An event that was handled. */
@Entity('inbox')
export class InboxMessage {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'event_id', type: 'varchar', length: 36 })
  eventId: string;

  @Column({ name: 'received_at', type: 'datetime', precision: 3 })
  receivedAt: Date;
}
