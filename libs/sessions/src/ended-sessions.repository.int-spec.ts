import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { EndedSessionsRepository } from './ended-sessions.repository.js';
import { SESSIONS_ENTITIES, SESSIONS_MIGRATIONS } from './sessions.module.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describeOnEachDatabase('ended sessions', (databaseUrl) => {
  let database: Database;
  let sessions: EndedSessionsRepository;

  beforeAll(async () => {
    const [entities, migrations] = [SESSIONS_ENTITIES, SESSIONS_MIGRATIONS];
    const options = { url: databaseUrl(), defaultDatabase: 'unused', entities, migrations, poolSize: 4 };
    database = new Database(await openDataSource(options));
    sessions = new EndedSessionsRepository(database);
  });
  afterAll(() => database?.close());

  it('keeps the later of two ends, also of concurrent ones', async () => {
    await Promise.all([10, 30, 20].map((seconds) => sessions.record(7, after(seconds), NOW)));
    await sessions.record(7, after(5), after(60));
    expect(await sessions.recordedSince(NOW)).toEqual(new Map([[7, after(30)]]));
  });

  it('deletes ends that are older than any token', async () => {
    await sessions.record(8, after(0), after(-1));
    expect((await sessions.recordedSince(after(-1))).has(8)).toBe(true);
    await sessions.purge(NOW);
    expect((await sessions.recordedSince(after(-1))).has(8)).toBe(false);
    expect((await sessions.recordedSince(NOW)).has(7)).toBe(true);
  });
});
