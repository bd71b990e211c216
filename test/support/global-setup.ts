import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RealServersScope {
  stopRealServers?: () => Promise<void>;
}

/** Jest transforms a global setup's imports but, unlike in tests, does not map `./x.js` to `./x.ts`. */
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
  // Processes start a hundred times; the starts share V8's compiled code.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'commerce-tests-compile-cache');
  (globalThis as RealServersScope).stopRealServers = await provideRealServers();
}
