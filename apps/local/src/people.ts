import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { UsersService } from '../../users/src/operations-app.module.js';
import { DEMO_ADMIN, type Login } from './seed.js';
import { isLoopback } from './machine/this-machine.js';

/** The administrator that the start creates: the configured one, or the demo's if only this machine can log in. */
export function firstAdmin({ host, adminEmail, adminPassword }: AskedAdmin): Login | undefined {
  if (adminEmail !== undefined && adminPassword !== undefined) {
    return { role: 'admin', email: adminEmail, password: adminPassword };
  }
  return isLoopback(host) ? DEMO_ADMIN : undefined;
}

interface AskedAdmin {
  host: string;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
}

/** Lines about who can log in. */
export async function peopleOf(logins: readonly Login[], users: NestFastifyApplication | undefined): Promise<string[]> {
  return logins.length > 0 ? linesOf(logins) : hintForAdmin(users);
}

function linesOf(logins: readonly Login[]): string[] {
  const lines = logins.map(({ role, email, password }) => `  ${role.padEnd(9)} ${email}  "${password}"`);
  return ['Demo logins (this machine only):', ...lines];
}

async function hintForAdmin(app: NestFastifyApplication | undefined): Promise<string[]> {
  if (!app || (await app.get(UsersService).hasAdmin())) return [];
  return [
    'There is no administrator yet. Make one from another terminal, with the same DATA_DIR and DATABASE_URL:',
    '  npm run -s ops -- users create-admin --email you@example.com',
  ];
}
