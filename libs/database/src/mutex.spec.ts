import { setImmediate as turn } from 'node:timers/promises';
import { Mutex } from './mutex.js';

describe('Mutex', () => {
  it('serves in order of arrival, one at a time', async () => {
    const mutex = new Mutex(1_000);
    const events: string[] = [];
    const work = (name: string) =>
      mutex.run({}, async () => {
        events.push(`${name} in`);
        await turn();
        events.push(`${name} out`);
      });
    await Promise.all([work('a'), work('b'), work('c')]);
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  it('lets its holder enter again, and continues after a failure', async () => {
    const mutex = new Mutex(1_000);
    const owner = {};
    const failing = mutex.run(owner, () => mutex.run(owner, () => Promise.reject(new Error('planned'))));
    const next = mutex.run({}, () => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('planned');
    await expect(next).resolves.toBe('next');
  });

  it('reports service-unavailable after too long a wait, and removes the waiter from its queue', async () => {
    const mutex = new Mutex(5);
    let release = () => undefined as void;
    const holder = mutex.run({}, () => new Promise<void>((resolve) => (release = resolve)));
    const late = jest.fn(() => Promise.resolve());
    await expect(mutex.run({}, late)).rejects.toMatchObject({ code: 'service-unavailable' });
    release();
    await holder;
    await mutex.run({}, () => Promise.resolve());
    expect(late).not.toHaveBeenCalled();
  });
});
