import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user whose access tokens from before `notBefore` are refused. */
@Entity('ended_sessions')
export class EndedSession {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'not_before', type: 'datetime', precision: 3 })
  notBefore: Date;

  /** When this service learned of it. */
  @Column({ name: 'recorded_at', type: 'datetime', precision: 3 })
  recordedAt: Date;
}
