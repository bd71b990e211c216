/** Ends the process with one sentence for its user. */
export function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'];

/** Whether the disk is full. Node's own SQLite has numbers instead of names: 13 is SQLITE_FULL. */
export function isFull(error: unknown): boolean {
  const { code = '', errcode } = (error ?? {}) as { code?: string; errcode?: number };
  return NO_ROOM.includes(code) || (code === 'ERR_SQLITE_ERROR' && errcode === 13);
}

/** Whether Node's own SQLite cannot read its file. */
export function isDamagedDatabase(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SQLITE_ERROR' && !isFull(error);
}

/** Turns an error at the start into a sentence with the next step. */
export function startFailure(error: unknown): string {
  if (isFull(error)) {
    return 'The disk of the data folder is full, or a limit or quota of it is reached: make room on it and start again.';
  }
  if (!(error instanceof Error)) return String(error);
  const { code, port, path } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop what uses it or set PORT to another one.`;
  if (code === 'EACCES' && port !== undefined) return `Port ${port} needs privileges: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return 'HOST is not an address of this machine: set it to 127.0.0.1 or 0.0.0.0.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EEXIST') {
    return `The data folder cannot be used (${code} at ${path ?? 'DATA_DIR'}): make it readable and writable or set DATA_DIR to another one.`;
  }
  if (['ConfigurationError', 'DomainError', 'StartFailure'].includes(error.name)) return error.message;
  return error.stack ?? error.message;
}
