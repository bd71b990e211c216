import { createCache } from 'cache-manager';
import { KnownValues } from './known-values.js';

const isValid = (value: unknown): value is number => typeof value === 'number';

describe('KnownValues', () => {
  afterEach(() => jest.useRealTimers());

  const counting = () => jest.fn().mockResolvedValueOnce(1).mockResolvedValueOnce(2);

  it('are loaded once in their lifetime, and again if something else was stored', async () => {
    const cache = createCache();
    const values = new KnownValues(cache);
    const load = counting();
    for (let n = 0; n < 3; n++) expect(await values.of('key', 60_000, { load, isValid })).toBe(1);
    await cache.set('key', 'another format');
    expect(await values.of('key', 60_000, { load, isValid })).toBe(2);
  });

  it('are loaded while the cache fails or does not answer in 50 ms', async () => {
    const cache = createCache();
    const values = new KnownValues(cache);
    jest.spyOn(cache, 'get').mockRejectedValueOnce(new Error('away'));
    jest.spyOn(cache, 'set').mockRejectedValueOnce(new Error('away'));
    const load = counting();
    expect(await values.of('key', 60_000, { load, isValid })).toBe(1);
    jest.useFakeTimers();
    jest.spyOn(cache, 'get').mockReturnValueOnce(new Promise(() => undefined));
    const second = values.of('key', 60_000, { load, isValid });
    await jest.advanceTimersByTimeAsync(49);
    expect(load).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(await second).toBe(2);
  });
});
