import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RealServersScope {
  stopRealServers?: () => Promise<void>;
}

/** Jest transforms a global setup's imports but does not map `./x.js` to `./x.ts` there, as it does for tests. */
registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!specifier.startsWith('.') || !specifier.endsWith('.js')) throw error;
      return next(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});

export default async function globalSetup(): Promise<void> {
  const [{ provideRealServers }, { beginTally }] = await Promise.all([
    import('./real-servers.js'),
    import('./answer-tally.js'),
  ]);
  beginTally();
  // Processes are started a hundred times; what V8 has compiled is shared between the starts.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'commerce-tests-compile-cache');
  (globalThis as RealServersScope).stopRealServers = await provideRealServers();
}
