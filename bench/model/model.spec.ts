import { randomInt } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { ReservationsRepository } from '../../apps/products/src/reservations/reservations.repository.js';
import { createEmbeddedDatabase, type TestDatabase } from '../../test/support/databases.js';
import { checkModel } from './check.js';
import { World } from './world.js';

describe('The model of stock, orders and money', () => {
  const databases = new Map<string, TestDatabase>();
  let world: World;

  beforeAll(async () => {
    // The services log a warning for each of the many failures in the stories.
    Logger.overrideLogger(false);
    for (const service of ['products', 'orders', 'payments']) databases.set(service, await createEmbeddedDatabase());
    world = await World.open((service) => databases.get(service)?.url ?? '');
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([...databases.values()].map((database) => database.remove()));
  });

  it('agrees with the services in every story', async () => {
    const { counterExample } = await checkModel(world, { runs: 25, seed: randomInt(2 ** 31) });
    expect(counterExample).toBeUndefined();
  });

  it('finds the shortest story in which a service disagrees', async () => {
    const advance = jest.spyOn(ReservationsRepository.prototype, 'advance').mockResolvedValue(true);
    const { counterExample } = await checkModel(world, { runs: 100, seed: 7 });
    advance.mockRestore();
    expect(counterExample).toMatch(/^The stock of A, B, C is/);
    expect(counterExample?.split('\n').length).toBeLessThan(16);
  });
});
