import { assertComplete, AUTHZ_CELLS } from './hostile/authz.js';
import { runRow } from './hostile/row.js';
import { createWorld, type World } from './hostile/world.js';
import { forOnePlatform } from './support/platforms.js';

forOnePlatform('the authorisation matrix', (platform) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(platform());
  }, 30_000);
  afterAll(() => world.stores.close());

  it('has a row for every route of the document, and no other', async () => {
    expect(await assertComplete(world)).toBeGreaterThan(20);
  });

  it.each(AUTHZ_CELLS)('$group by $name: $status', (cell) => runRow(cell, world), 30_000);
});
