import { hostname, userInfo } from 'node:os';

/** Who acts on this machine, as the audit log names them: `user@host`. */
export function localOperator(): string {
  return `${userName()}@${hostname()}`;
}

/** In a container the process may be a user that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
