import { isUnavailable } from '@app/kernel';
import type { Notice } from '@app/outbox';
import type { CatalogCache } from './catalog-cache.js';
import { deliver } from './invalidations.js';

const notice: Notice = { event_id: 'n', event_type: 'cache.forget', request_id: 'r', traceparent: 't', payload: {} };
const cache = (reached: boolean) => ({ forget: () => Promise.resolve(reached) }) as unknown as CatalogCache;

describe('A notice that an entry is out of date', () => {
  it('is delivered once the cache has forgotten the entry', async () => {
    await expect(deliver(cache(true), notice)).resolves.toBeUndefined();
  });

  it('waits for a cache that is down without using up its attempts', async () => {
    const failure: unknown = await deliver(cache(false), notice).catch((error: unknown) => error);
    expect(isUnavailable(failure)).toBe(true);
  });
});
