import { Platform, type PlatformOptions } from '../../apps/local/src/platform.js';

/** The platform in a separate process, so that a test can kill it. Options are JSON; the first line is its address. */
const options = JSON.parse(process.argv[2] ?? '{}') as PlatformOptions;
const platform = await Platform.start(options);
console.log(platform.url);
process.on('SIGTERM', () => void platform.close().then(() => process.exit(0)));
// Ends with the test that started it.
process.stdin.resume().once('end', () => process.exit(1));
