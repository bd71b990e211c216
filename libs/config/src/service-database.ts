import { join } from 'node:path';

/** The database of one service: its own file in the data folder, or its own database on a server. */
export function serviceDatabaseUrl(
  where: { dataDir: string; databaseUrl?: string | undefined },
  service: string,
): string {
  if (where.databaseUrl === undefined) return `file:${join(where.dataDir, `${service}.db`)}`;
  const url = new URL(where.databaseUrl);
  const prefix = url.pathname.slice(1) || 'commerce';
  url.pathname = `/${prefix}_${service}`;
  return url.toString();
}
