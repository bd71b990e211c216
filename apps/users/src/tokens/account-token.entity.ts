import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** `change-email` verifies the pending address; its link is written like that of `verify-email`, since people do the same. */
export type TokenPurpose = 'verify-email' | 'change-email' | 'password-reset';

/** A single-use token that went out by e-mail. Using it deletes it. */
@Entity({ name: 'account_tokens' })
export class AccountToken {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash: string;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'purpose', type: 'varchar', length: 20 })
  purpose: TokenPurpose;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;
}
