import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** `change-email` verifies the pending address; its link has the prefix of `verify-email`, as the page is the same. */
export type TokenPurpose = 'verify-email' | 'change-email' | 'password-reset';

/** A single-use token sent by e-mail. Using it deletes it. */
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
