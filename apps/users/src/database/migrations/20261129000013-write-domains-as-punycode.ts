import { canonicalEmail, emailKey } from '@app/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 500;

interface Row {
  user_id: number;
  email: string;
}

/**
 * Rewrites domains stored as text to punycode, the form of every new address. If another account already has the
 * resulting address, the row stays as it is: its owner can no longer log in, and an operator must decide. Addresses
 * that cannot receive mail (quoted, or accented before the `@`) stay, too.
 */
export class WriteDomainsAsPunycode20261129000013 implements MigrationInterface {
  readonly name = 'WriteDomainsAsPunycode20261129000013';

  async up(runner: QueryRunner): Promise<void> {
    for (let after = 0; ;) {
      const sql = `SELECT user_id, email FROM users WHERE user_id > ? ORDER BY user_id LIMIT ${BATCH}`;
      const rows = (await runner.query(sql, [after])) as Row[];
      for (const row of rows) await rewrite(runner, row);
      const last = rows.at(-1);
      if (!last) return;
      after = last.user_id;
    }
  }

  /** Nothing to undo: the old spelling is lost, and both releases read punycode. */
  down(): Promise<void> {
    return Promise.resolve();
  }
}

async function rewrite(runner: QueryRunner, { user_id, email }: Row): Promise<void> {
  const address = canonicalEmail(email);
  if (address === undefined || address === email) return;
  const key = emailKey(address);
  const taken = (await runner.query('SELECT user_id FROM users WHERE email_key = ?', [key])) as Row[];
  if (taken.some((other) => other.user_id !== user_id)) return;
  await runner.query('UPDATE users SET email = ?, email_key = ? WHERE user_id = ?', [address, key, user_id]);
}
