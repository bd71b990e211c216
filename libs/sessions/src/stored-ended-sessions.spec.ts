import { Logger } from '@nestjs/common';
import type { EndedSessionsRepository } from './ended-sessions.repository.js';
import { StoredEndedSessions } from './stored-ended-sessions.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');

function newSessions() {
  const rows = new Map<number, Date>();
  const repository = {
    rows,
    reads: 0,
    failing: false,
    record: async (userId: number, notBefore: Date) => void rows.set(userId, notBefore),
    purge: async () => undefined,
    recordedSince: async () => {
      repository.reads++;
      if (repository.failing) throw new Error('away');
      return new Map(rows);
    },
  };
  const sessions = new StoredEndedSessions(repository as unknown as EndedSessionsRepository, { now: () => NOW });
  return { sessions, repository };
}

describe('StoredEndedSessions', () => {
  Logger.overrideLogger(false);
  const monotonic = jest.spyOn(performance, 'now');
  beforeEach(() => void monotonic.mockReturnValue(1_000_000));
  afterAll(() => monotonic.mockRestore());

  it('knows an end at once, in whole seconds', async () => {
    const { sessions } = newSessions();
    expect(await sessions.notBefore(1)).toBeUndefined();
    await sessions.end(1, new Date('2026-11-22T11:59:58.900Z'));
    expect(await sessions.notBefore(1)).toBe(Date.parse('2026-11-22T11:59:58.000Z') / 1000);
    expect(await sessions.notBefore(2)).toBeUndefined();
  });

  it('reads the table again after 15 s, once for concurrent callers', async () => {
    const { sessions, repository } = newSessions();
    await sessions.notBefore(1);
    repository.rows.set(1, NOW);
    monotonic.mockReturnValue(1_014_999);
    expect(await sessions.notBefore(1)).toBeUndefined();
    monotonic.mockReturnValue(1_015_000);
    expect(await Promise.all([sessions.notBefore(1), sessions.notBefore(1)])).toEqual([
      NOW.getTime() / 1000,
      NOW.getTime() / 1000,
    ]);
    expect(repository.reads).toBe(2);
  });

  it('uses its last view while the table cannot be read', async () => {
    const { sessions, repository } = newSessions();
    await sessions.end(1, NOW);
    repository.failing = true;
    monotonic.mockReturnValue(2_000_000);
    expect(await sessions.notBefore(1)).toBe(NOW.getTime() / 1000);
  });
});
