import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

/**
 * What is installed, imported at the top of some file, and never called in a Lambda: the embedded database, telephone
 * numbers (class-validator), entities by file name and pretty SQL (TypeORM).
 */
const NEVER_CALLED = new Set(['libsql', 'libphonenumber-js/max', 'glob', '@sqltools/formatter']);

/** Tables of East Asian character sets, for mysql2; everything here is UTF-8. */
const CHARACTER_TABLES = /iconv-lite\/encodings\/tables\/.+\.json$/;

/** TypeORM imports the drivers of every database; only MySQL's is used. */
const DRIVERS = /typeorm\/driver\/.+(Driver|QueryRunner)\.js$/;

/** Makes a `require` of its own, through which esbuild sees nothing, and so a second storage of transformations. */
const MAPPED_TYPES = /@nestjs\/mapped-types\/dist\/type-helpers\.utils\.js$/;

/**
 * Nest, TypeORM and the drivers ask for dozens of packages that only some applications install, and take
 * MODULE_NOT_FOUND for "not used". A bundle must tell them the same.
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
    build.onLoad({ filter: MAPPED_TYPES }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8'))
        .replace(/^const require = createRequire\(.*$/m, '')
        .replaceAll("'class-transformer/storage'", "'class-transformer/cjs/storage'"),
    }));
    build.onLoad({ filter: CHARACTER_TABLES }, () => ({ contents: '[]', loader: 'json' }));
    build.onLoad({ filter: DRIVERS }, ({ path }) =>
      path.includes('/driver/mysql/') ? undefined : { contents: 'module.exports = {};', loader: 'js' },
    );
  },
};

const installed = new Map();

/** Asking esbuild to resolve it would cost a round trip per import. */
function isInstalled(path) {
  const name = /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;
  if (!installed.has(name)) installed.set(name, isBuiltin(path) || existsSync(`node_modules/${name}/package.json`));
  return installed.get(name);
}
