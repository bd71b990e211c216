import { hostname, userInfo } from 'node:os';

/** Returns who runs this process, as the audit log names them: `user@host`. */
export function localOperator(): string {
  return `${userName()}@${hostname()}`;
}

/** In a container the process's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
