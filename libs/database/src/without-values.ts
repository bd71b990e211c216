import { QueryFailedError } from 'typeorm';

/** An error as mysql2 and libsql throw it. */
export interface DriverError extends Error {
  code?: string;
  errno?: number;
  sql?: string;
  sqlMessage?: string;
}

/** Returns the driver's own error behind TypeORM's, if it is one. */
export function driverError(error: unknown): DriverError | undefined {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return isErrorLike(inner) ? inner : undefined;
}

/** Not `instanceof Error`: under a test runner system errors come from another realm. */
export function isErrorLike(value: unknown): value is DriverError {
  return typeof value === 'object' && value !== null && 'message' in value;
}

/** These errors quote only names of users, databases, tables, columns and constraints, never a value. */
const QUOTES_NAMES = new Set([
  1044, 1045, 1048, 1049, 1050, 1054, 1060, 1061, 1071, 1091, 1118, 1142, 1146, 1153, 1227, 1264, 1290, 1364, 1406,
  1451, 1452, 3819, 4025,
]);

/**
 * Removes the statement, its parameters and quoted values from the error, which is returned: errors are logged and
 * passed on by code that does not know their content.
 */
export function withoutValues(error: unknown): unknown {
  for (const each of new Set([driverError(error), error])) if (isErrorLike(each) && isOfDriver(each)) strip(each);
  return error;
}

function isOfDriver(error: DriverError): boolean {
  return (
    error instanceof QueryFailedError ||
    error.sql !== undefined ||
    error.sqlMessage !== undefined ||
    /^SQLITE/.test(error.code ?? '')
  );
}

function strip(error: DriverError): void {
  delete error.sql;
  if (error instanceof QueryFailedError) Object.assign(error, { parameters: undefined });
  if (error.sqlMessage !== undefined) error.sqlMessage = redact(error.sqlMessage, error.errno);
  const { message, stack } = error;
  const redacted = redact(message, error.errno);
  if (redacted === message) return;
  error.message = redacted;
  if (stack !== undefined) error.stack = stack.replace(message, () => redacted);
}

/** From the first quotation mark to the last: the quoted text may contain some itself. */
function redact(message: string, errno = 0): string {
  if (QUOTES_NAMES.has(errno)) return message;
  const duplicate = message.replace(/'.*'(?= for key )/s, "'…'");
  return duplicate === message ? message.replace(/['"`].*['"`]/s, "'…'") : duplicate;
}
