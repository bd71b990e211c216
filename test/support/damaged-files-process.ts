import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../../apps/local/src/platform.js';
import { startFailure } from '../../apps/local/src/machine/start-failure.js';

/**
 * Starts a platform on intact data, then once for each kind of damage to each of the named files, and once without the
 * users' database. Prints the message of each of those starts.
 */
const [dataDir = '', ...names] = process.argv.slice(2);
const DAMAGE = ['{"keys":[', 'a'.repeat(5_000)];
const start = () => Platform.start({ host: '127.0.0.1', port: 0, dataDir, logLevel: 'silent' });
const said = () =>
  start().then(
    (platform) => platform.close().then(() => 'It started.'),
    (error: unknown) => startFailure(error),
  );

await (await start()).close();
for (const name of names) {
  const file = join(dataDir, name);
  const whole = readFileSync(file);
  for (const content of DAMAGE) {
    writeFileSync(file, content);
    console.log(`${name}: ${await said()}`);
  }
  writeFileSync(file, whole);
}
const users = join(dataDir, 'users.db');
renameSync(users, `${users}.away`);
console.log(`no users.db: ${await said()}`);
renameSync(`${users}.away`, users);
await (await start()).close();
