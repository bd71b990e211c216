import { backgroundSettled, inBackground } from './background.js';
import { repeat } from './repeat.js';
import { sleep, waitAtMost } from './wait.js';

describe('a wait', () => {
  it('ends with its signal, also one that fired before', async () => {
    const stop = new AbortController();
    const wait = sleep(60_000, stop.signal);
    stop.abort();
    await wait;
    await sleep(60_000, stop.signal);
  });

  it('for work ends with the work, after its time, or with the failure', async () => {
    await waitAtMost(60_000, Promise.resolve());
    await waitAtMost(1, new Promise(() => undefined));
    await expect(waitAtMost(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('for background work includes what that work has begun, and has an end', async () => {
    const ended: string[] = [];
    const first = sleep(1).then(() => {
      ended.push('first');
      void inBackground(sleep(1).then(() => ended.push('second')));
    });
    void inBackground(first);
    await backgroundSettled(60_000);
    expect(ended).toEqual(['first', 'second']);
    void inBackground(new Promise(() => undefined));
    await backgroundSettled(1);
  });
});

it('repeated work ends with the signal, after the work under way', async () => {
  const stop = new AbortController();
  let [begun, ended] = [0, 0];
  const work = async () => {
    if (++begun === 3) stop.abort();
    await sleep(1);
    ended++;
  };
  await repeat(1, work, stop.signal);
  expect([begun, ended]).toEqual([3, 3]);
});
