/** Ends the process with one sentence for the person in front of it. */
export function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const NO_ROOM = ['ENOSPC', 'EDQUOT', 'EFBIG', 'SQLITE_FULL'];

/** Whether nothing more can be stored. Node's own SQLite has numbers in place of names: 13 is SQLITE_FULL. */
export function isFull(error: unknown): boolean {
  const { code = '', errcode } = (error ?? {}) as { code?: string; errcode?: number };
  return NO_ROOM.includes(code) || (code === 'ERR_SQLITE_ERROR' && errcode === 13);
}

/** Turns what can go wrong at a start into a sentence that says what to do next. */
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
