import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Access tokens of this user issued before `notBefore` are refused. */
@Entity('ended_sessions')
export class EndedSession {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'not_before', type: 'datetime', precision: 3 })
  notBefore: Date;

  @Column({ name: 'recorded_at', type: 'datetime', precision: 3 })
  recordedAt: Date;
}
