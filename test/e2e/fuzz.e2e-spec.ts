import { Campaign } from './fuzz/campaign.js';
import type { Document } from './fuzz/document.js';
import { createWorld, type World } from './hostile/world.js';
import { forEachPlatform } from './support/platforms.js';

/** Fixed, since a new seed per commit could hide a failure again; FUZZ_SEED tries other values. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const runs = Number(process.env['FUZZ_RUNS'] ?? 40);

forEachPlatform('requests made from the OpenAPI document', (platform) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(platform());
  }, 30_000);
  afterAll(() => world.stores.close());

  it(`are answered as documented, ${runs} per route, seed ${seed}`, async () => {
    const { client } = world;
    const document = (await client.call('GET', '/openapi.json')).body as Document;
    const victims = [await client.customer(), await client.customer(), await client.customer()].map(({ id }) => id);
    const campaign = new Campaign(world, document, victims);
    const statuses = Object.entries(await campaign.runAll({ runs, seed }));
    const count = (from: number): number =>
      statuses.reduce((sum, [status, times]) => (Math.floor(Number(status) / 100) === from ? sum + times : sum), 0);
    // If all requests were refused, the test would prove nothing about successful responses.
    expect(count(2)).toBeGreaterThan(runs * 4);
    expect(count(4)).toBeGreaterThan(runs * 4);
  }, 180_000);
});
