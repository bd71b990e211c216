import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One login and every refresh that grew from it: the family of its refresh tokens, of which only the newest is valid. */
@Entity({ name: 'sessions' })
export class Session {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'session_id', type: 'varchar', length: 36 })
  sessionId: string;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  /** Of the newest refresh token. */
  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash: string;

  /** Of the token that the newest one was traded for; null before the first trade. */
  @Column({ name: 'former_token_hash', type: 'varchar', length: 64, nullable: true })
  formerTokenHash: string | null;

  /** When that trade was. */
  @Column({ name: 'traded_at', type: 'datetime', precision: 3, nullable: true })
  tradedAt: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  /** Moves on with each refresh. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt: Date | null;
}
