import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';

/**
 * Packages that are installed and imported, but never called in a Lambda: the embedded database, telephone numbers
 * (class-validator), entities by file name and pretty SQL (TypeORM), JSON schemas (Fastify; see libs/http's adapter).
 */
const NEVER_CALLED = new Set([
  'libsql',
  'libphonenumber-js/max',
  'tinyglobby',
  '@sqltools/formatter',
  '@fastify/ajv-compiler',
  '@fastify/fast-json-stringify-compiler',
]);

/** Character set tables for mysql2, not needed since all data is UTF-8. */
const CHARACTER_TABLES = /iconv-lite\/encodings\/(tables\/.+\.json|sbcs-data-generated\.js)$/;

/** TypeORM imports the drivers of all databases; only MySQL's is used. */
const DRIVERS = /typeorm\/(driver\/.+(Driver|QueryRunner)|(entity-manager|repository)\/Mongo\w+)\.js$/;

/**
 * Nest, TypeORM and the drivers try to import dozens of optional packages, and treat MODULE_NOT_FOUND as "not used". A
 * bundle must throw the same error.
 */
export const optionalPackages = {
  name: 'optional-packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path }) =>
      NEVER_CALLED.has(path) || !isInstalled(path) ? { path, namespace: 'optional-package' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'optional-package' }, ({ path }) => ({
      contents: NEVER_CALLED.has(path)
        ? 'module.exports = {};'
        : `throw Object.assign(new Error("Cannot find module ${path}"), { code: 'MODULE_NOT_FOUND' });`,
      loader: 'js',
    }));
    build.onLoad({ filter: CHARACTER_TABLES }, () => ({ contents: 'module.exports = [];', loader: 'js' }));
    build.onLoad({ filter: DRIVERS }, ({ path }) =>
      path.includes('/driver/mysql/') ? undefined : { contents: 'module.exports = {};', loader: 'js' },
    );
  },
};

const installed = new Map();

/** Resolving with esbuild would cost a round trip per import. */
function isInstalled(path) {
  const name = /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
  if (!installed.has(name)) installed.set(name, isBuiltin(path) || existsSync(`node_modules/${name}/package.json`));
  return installed.get(name);
}
