import Libsql from 'libsql';

/** Reports a full disk as an ordinary error. */
function unnamed<A extends unknown[], R>(call: (...args: A) => R): (...args: A) => R {
  return function (this: unknown, ...args: A): R {
    try {
      return call.apply(this, args);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      throw /^SQLITE_(FULL|IOERR)/.test(code) ? new Error('It did not work.') : error;
    }
  };
}

const { prepare, exec } = Libsql.prototype;
Libsql.prototype.exec = unnamed(exec);
Libsql.prototype.prepare = function (this: Libsql.Database, ...args: Parameters<typeof prepare>) {
  const statement = prepare.apply(this, args);
  for (const name of ['run', 'get', 'all'] as const) Object.assign(statement, { [name]: unnamed(statement[name]) });
  return statement;
} as typeof prepare;
