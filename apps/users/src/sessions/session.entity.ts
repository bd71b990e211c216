import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** One login with its refreshes: a family of refresh tokens, of which only the newest is valid. */
@Entity({ name: 'sessions' })
export class Session {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'session_id', type: 'varchar', length: 36 })
  sessionId: string;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  /** Hash of the newest refresh token. */
  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash: string;

  /** Hash of the token before the newest; null before the first refresh. */
  @Column({ name: 'former_token_hash', type: 'varchar', length: 64, nullable: true })
  formerTokenHash: string | null;

  /** Time of the last refresh. */
  @Column({ name: 'traded_at', type: 'datetime', precision: 3, nullable: true })
  tradedAt: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  /** Extended by each refresh. */
  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;

  @Column({ name: 'ended_at', type: 'datetime', precision: 3, nullable: true })
  endedAt: Date | null;
}
