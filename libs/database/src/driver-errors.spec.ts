import { DomainError } from '@app/kernel';
import { QueryFailedError } from 'typeorm';
import { isDuplicate, isReadOnly, isTransient, translate } from './driver-errors.js';
import { withoutValues } from './without-values.js';

const SQL = "INSERT INTO users (email) VALUES ('ann@example.com')";

/** As mysql2 throws it. */
const mysqlError = (errno: number, text: string): Error =>
  Object.assign(new Error(text), { errno, code: `ER_${errno}`, sql: SQL, sqlState: 'HY000', sqlMessage: text });
/** As libsql throws it. */
const sqliteError = (code: string, text = code): Error => Object.assign(new Error(text), { code });
/** As TypeORM wraps it. */
const ofTypeorm = (error: Error) => new QueryFailedError(SQL.replace(/'.*'/, '?'), ['ann@example.com'], error);

/** All text of an error that could reach a log or a caller. */
function textOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return JSON.stringify(error) ?? '';
  const own = Object.getOwnPropertyNames(error).map((name) => (error as unknown as Record<string, unknown>)[name]);
  return [String(error), ...own.map((value) => textOf(value, depth + 1))].join('\n');
}

describe('what a caller sees of a storage failure', () => {
  const away = 'The database is not available.';
  const readOnly = 'The database takes no changes at the moment.';
  const full = 'The database can store nothing more at the moment.';
  const damaged = 'The database cannot be read.';
  it.each([
    [away, [1040, 1053, 1129, 1203, 1226, 1317, 1927, 3032, 4031]],
    [readOnly, [1290, 1792, 1836, 1874]],
    [full, [3, 20, 1021, 1026, 1030, 1114]],
    [damaged, [1034, 1712]],
  ])('%s Numbers of MySQL and MariaDB: %j', (sentence, numbers) => {
    for (const errno of numbers) {
      for (const error of [mysqlError(errno, 'no'), ofTypeorm(mysqlError(errno, 'no'))]) {
        const seen = translate(error) as DomainError;
        expect(seen).toMatchObject({ code: 'service-unavailable', retryAfter: 1 });
        expect([errno, seen.message]).toEqual([errno, `${sentence} Try again later.`]);
        expect(isReadOnly(error)).toBe(sentence === readOnly);
      }
    }
  });

  it.each([
    [away, ['ECONNREFUSED', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'SQLITE_BUSY_SNAPSHOT', 'SQLITE_CANTOPEN']],
    [readOnly, ['SQLITE_READONLY', 'SQLITE_READONLY_DBMOVED']],
    [full, ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT']],
    [damaged, ['SQLITE_CORRUPT', 'SQLITE_CORRUPT_VTAB', 'SQLITE_NOTADB']],
  ])('%s Codes of SQLite and the system: %j', (sentence, codes) => {
    for (const code of codes) {
      expect([code, (translate(sqliteError(code)) as Error).message]).toEqual([code, `${sentence} Try again later.`]);
    }
  });

  it('is retried after a deadlock or lock wait timeout, wherever it stands in the chain of causes', () => {
    for (const errno of [1020, 1205, 1213]) {
      expect(isTransient(ofTypeorm(mysqlError(errno, 'busy')))).toBe(true);
      expect(isTransient(new Error('wrapped', { cause: mysqlError(errno, 'busy') }))).toBe(true);
    }
    expect(isTransient(mysqlError(1064, 'syntax'))).toBe(false);
  });

  it('stays unchanged when it is our own fault', () => {
    const error = ofTypeorm(mysqlError(1064, 'syntax'));
    expect(translate(error)).toBe(error);
  });
});

describe('what an error keeps of a statement and its values', () => {
  it.each<[number | string, string]>([
    [1062, "Duplicate entry 'ann@example.com' for key 'uq_users_email_key'"],
    [1062, "Duplicate entry 'a' for key ' or ann@example.com' for key 'uq_users_email_key'"],
    [1292, "Incorrect datetime value: 'ann@example.com' for column 'created_at' at row 1"],
    [1366, "Incorrect string value: 'it's ann@example.com' for column `users`.`name` at row 1"],
    [1064, `You have an error near '"ann@example.com"') at line 1`],
    [1690, "BIGINT value is out of range in '(1 - `ann@example.com`)'"],
    [1396, "Operation CREATE USER failed for 'ann@example.com'@'%'"],
    ['SQLITE_ERROR', 'fts5: syntax error near "ann@example.com"'],
    ['SQLITE_ERROR', 'unrecognized token: "\'ann@example.com"'],
  ])('neither of them: %s %s', (code, text) => {
    const thrown = () => (typeof code === 'number' ? mysqlError(code, text) : sqliteError(code, text));
    for (const each of [thrown(), ofTypeorm(thrown())]) {
      const found = textOf(withoutValues(each));
      expect(found).not.toContain('ann@example.com');
      expect(found).toContain(each.name);
    }
  });

  it('the names of the schema, which show what to fix', () => {
    const duplicate = withoutValues(mysqlError(1062, "Duplicate entry 'ann' for key 'uq_users_email_key'"));
    expect((duplicate as Error).message).toBe("Duplicate entry '…' for key 'uq_users_email_key'");
    expect([isDuplicate(duplicate, 'email'), isDuplicate(duplicate, 'ann')]).toEqual([true, false]);
    const unknown = withoutValues(ofTypeorm(mysqlError(1054, "Unknown column 'nmae' in 'field list'"))) as Error;
    expect(unknown.message).toContain("Unknown column 'nmae'");
  });

  it('everything, if it is not a database error', () => {
    expect((withoutValues(new Error("There is no 'thing'.")) as Error).message).toBe("There is no 'thing'.");
  });
});
