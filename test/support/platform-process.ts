import { Platform, type PlatformOptions } from '../../apps/local/src/platform.js';

/** The platform as a process of its own, so that a test can kill it. Options are JSON; the address is its first line. */
const options = JSON.parse(process.argv[2] ?? '{}') as PlatformOptions;
const platform = await Platform.start(options);
console.log(platform.url);
process.on('SIGTERM', () => void platform.close().then(() => process.exit(0)));
// Without the test that started it nobody would end it.
process.stdin.resume().once('end', () => process.exit(1));
