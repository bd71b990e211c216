import type { Clock } from '@app/kernel';
import type { EndedSession } from './ended-session.entity.js';
import type { EndedSessionsRepository } from './ended-sessions.repository.js';
import { EndedSessionsService } from './ended-sessions.service.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

function view() {
  const rows: EndedSession[] = [];
  const asked: Date[] = [];
  const repository = {
    findSince: (since: Date) => {
      asked.push(since);
      return Promise.resolve(rows.filter((row) => row.recordedAt >= since));
    },
    record: (row: EndedSession) => Promise.resolve(void rows.push(row)),
    removeRecordedBefore: () => Promise.resolve(),
  } as unknown as EndedSessionsRepository;
  const clock: Clock = { now: () => NOW };
  return { service: new EndedSessionsService(repository, clock), rows, asked };
}

describe('EndedSessionsService', () => {
  afterEach(() => jest.restoreAllMocks());

  it('asks the table once for many requests, and again after 15 s', async () => {
    const { service, rows, asked } = view();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(1_000_000);
    expect(await Promise.all([1, 2, 3].map((user) => service.notBefore(user)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    rows.push({ userId: 1, notBefore: at(-5), recordedAt: NOW });
    clock.mockReturnValue(1_014_000);
    expect(await service.notBefore(1)).toBeUndefined();
    clock.mockReturnValue(1_016_000);
    expect(await service.notBefore(1)).toBe(at(-5).getTime() / 1000);
    expect(asked).toHaveLength(2);
  });

  it('knows at once what an event has told this process', async () => {
    const { service } = view();
    expect(await service.notBefore(1)).toBeUndefined();
    await service.end(1, at(0));
    expect(await service.notBefore(1)).toBe(NOW.getTime() / 1000);
  });

  it('looks no further back than a token can live', async () => {
    const { service, asked } = view();
    await service.notBefore(1);
    expect(asked).toEqual([at(-20 * 60)]);
  });
});
