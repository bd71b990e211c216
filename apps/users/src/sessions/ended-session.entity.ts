import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user whose access tokens from before `notBefore` are refused. Outlives the user, as the tokens do. */
@Entity({ name: 'ended_sessions' })
export class EndedSession {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  /** A whole second, as `iat` is. */
  @Column({ name: 'not_before', type: 'datetime', precision: 3 })
  notBefore: Date;
}
