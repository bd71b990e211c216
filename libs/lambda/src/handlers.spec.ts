import { inBackground } from '@app/async';
import { setTimeout as wait } from 'node:timers/promises';
import { handlerOf } from './boot.js';

describe('a Lambda handler', () => {
  it('boots once, before or with its first event', async () => {
    let boots = 0;
    const handler = handlerOf(
      () => Promise.resolve(++boots),
      (booted, event: string) => Promise.resolve(`${event} ${booted}`),
    );
    await handler.prepare();
    expect(await Promise.all([handler('a', {}), handler('b', {})])).toEqual(['a 1', 'b 1']);
  });

  it('retries a failed boot', async () => {
    let boots = 0;
    const handler = handlerOf(
      () => (++boots === 1 ? Promise.reject(new Error('no network yet')) : Promise.resolve(boots)),
      (booted) => Promise.resolve(booted),
    );
    await expect(handler({}, {})).rejects.toThrow('no network yet');
    await expect(handler({}, {})).resolves.toBe(2);
  });

  it('responds after the background work has finished', async () => {
    const done: string[] = [];
    const handler = handlerOf(
      () => Promise.resolve(),
      () => {
        void inBackground(wait(50).then(() => done.push('published')));
        return Promise.resolve('answer');
      },
    );
    expect(await handler({}, {})).toBe('answer');
    expect(done).toEqual(['published']);
  });

  it('waits for background work for 300 ms and no longer', async () => {
    const stop = new AbortController();
    const handler = handlerOf(
      () => Promise.resolve(),
      () => {
        void inBackground(wait(10_000, undefined, { signal: stop.signal }).catch(() => undefined));
        return Promise.resolve('answer');
      },
    );
    const started = performance.now();
    await handler({}, {});
    const waited = performance.now() - started;
    stop.abort();
    expect(waited).toBeGreaterThan(290);
    expect(waited).toBeLessThan(5_000);
  });
});
