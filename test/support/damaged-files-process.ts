import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from '../../apps/local/src/platform.js';
import { startFailure } from '../../apps/local/src/start-failure.js';

/** Starts a platform on good data, then once on each damage to each of the named files. Prints what each of those starts said. */
const [dataDir = '', ...names] = process.argv.slice(2);
const DAMAGE = ['{"keys":[', 'a'.repeat(5_000)];
const start = () => Platform.start({ host: '127.0.0.1', port: 0, dataDir, logLevel: 'silent' });

await (await start()).close();
for (const name of names) {
  const file = join(dataDir, name);
  const whole = readFileSync(file);
  for (const content of DAMAGE) {
    writeFileSync(file, content);
    const said = await start().then(
      (platform) => platform.close().then(() => 'It started.'),
      (error: unknown) => startFailure(error),
    );
    console.log(`${name}: ${said}`);
  }
  writeFileSync(file, whole);
}
await (await start()).close();
