import { runRow } from './hostile/row.js';
import { HOSTILE_TABLE } from './hostile/table.js';
import { createWorld, type World } from './hostile/world.js';
import { forEachPlatform } from './support/platforms.js';

forEachPlatform('hostile input', (platform) => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(platform());
  }, 30_000);
  afterAll(() => world.stores.close());

  it.each(HOSTILE_TABLE)('$group: $name', (row) => runRow(row, world), 90_000);
});
