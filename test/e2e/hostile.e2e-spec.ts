import { runRow } from './hostile/row.js';
import { HOSTILE_TABLE } from './hostile/table.js';
import { createWorld, type World } from './hostile/world.js';
import { forEachPlatform, type RunningPlatform } from './support/platforms.js';

const suite = (platform: () => RunningPlatform): void => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld(platform());
  }, 30_000);
  afterAll(() => world.stores.close());

  it.each(HOSTILE_TABLE)('$group: $name', (row) => runRow(row, world), 90_000);
};

// Logs every line, so that the last rows can search them.
forEachPlatform('hostile input', suite, { logLevel: 'trace' });
