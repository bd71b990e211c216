import { Versioned } from '@app/database';
import type { Role } from '@app/kernel';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

@Entity({ name: 'users' })
export class User extends Versioned {
  @PrimaryGeneratedColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'username', type: 'varchar', length: 50, nullable: true })
  username: string | null;

  /** As the person typed it. */
  @Column({ name: 'email', type: 'varchar', length: 255 })
  email: string;

  /** The comparable form: equal for all spellings of one address. Unique. */
  @Column({ name: 'email_key', type: 'varchar', length: 512 })
  emailKey: string;

  /** A new address not verified yet; until then `email` stays valid. Not unique: the first to verify it gets it. */
  @Column({ name: 'pending_email', type: 'varchar', length: 255, nullable: true })
  pendingEmail: string | null;

  @Column({ name: 'pending_email_key', type: 'varchar', length: 512, nullable: true })
  pendingEmailKey: string | null;

  /** PHC string. */
  @Column({ name: 'password_hash', type: 'varchar', length: 255 })
  passwordHash: string;

  @Column({ name: 'full_name', type: 'varchar', length: 100 })
  fullName: string;

  @Column({ name: 'phone_number', type: 'varchar', length: 20, nullable: true })
  phoneNumber: string | null;

  @Column({ name: 'address', type: 'varchar', length: 1000, nullable: true })
  address: string | null;

  @Column({ name: 'role', type: 'varchar', length: 10 })
  role: Role;

  @Column({ name: 'email_verified', type: 'boolean' })
  emailVerified: boolean;
}
