import { type HostileRow, runRow } from '../../../test/e2e/hostile/row.js';
import { createWorld, type World } from '../../../test/e2e/hostile/world.js';
import { startPlatform } from '../../../test/e2e/support/platforms.js';
import { exactly, type Figure, none } from './figures.js';
import type { Stage } from './stage.js';

/** Runs work on a platform with embedded parts, then on one with a real database and Redis. */
export async function onBothPlatforms(
  stage: Stage,
  work: (world: World, parts: string) => Promise<Figure[]>,
): Promise<Figure[]> {
  const { url, prefix } = stage.servers.freshDatabases();
  const real = { databaseUrl: url.endsWith(prefix) ? url : `${url}/${prefix}`, redisUrl: stage.servers.redis.url };
  const figures: Figure[] = [];
  for (const [parts, options] of [['embedded', {}] as const, [stage.servers.database.name, real] as const]) {
    const imports = stage.mutants.map((module) => new URL(`../${module}.js`, import.meta.url).href);
    const running = await startPlatform({ ...options, imports, logLevel: 'trace' });
    try {
      const world = await createWorld(running);
      figures.push(...(await work(world, parts)));
      await world.stores.close();
    } finally {
      await running.stop();
    }
  }
  return figures;
}

/** Runs rows one after the other, and prints the number passed per group and the reasons of the failures. */
export async function runRows(
  stage: Stage,
  world: World,
  parts: string,
  rows: readonly HostileRow[],
): Promise<Figure[]> {
  const groups = new Map<string, { rows: number; passed: number }>();
  let passed = 0;
  for (const row of rows) {
    const group = groups.get(row.group) ?? { rows: 0, passed: 0 };
    groups.set(row.group, group);
    group.rows += 1;
    try {
      await runRow(row, world);
      group.passed += 1;
      passed += 1;
    } catch (error) {
      console.log(`  ✗ ${parts}, ${row.group}: ${row.name}: ${String(error).split('\n').slice(0, 4).join(' ')}`);
    }
    stage.progress(`${parts}: ${passed} of ${rows.length}`);
  }
  for (const [name, group] of groups)
    console.log(`  ${parts.padEnd(16)} ${name.padEnd(46)} ${group.passed} of ${group.rows}`);
  console.log(`  ${parts.padEnd(16)} ${passed} passed, ${rows.length - passed} failed`);
  return [exactly(`${parts} rows`, passed, rows.length), none(`${parts} failed`, rows.length - passed)];
}
