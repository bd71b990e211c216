import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** Packages whose ES modules have names that esbuild does not look for on Node. */
const ES_MODULES = {
  rxjs: 'rxjs/dist/esm/index.js',
  'rxjs/operators': 'rxjs/dist/esm/operators/index.js',
  'class-validator': 'class-validator/esm2015/index.js',
  'class-transformer': 'class-transformer/esm2015/index.js',
  'class-transformer/storage': 'class-transformer/esm2015/storage.js',
};

/** Nest imports the whole package for one class, which prevents tree shaking. */
const ALL_THAT_IS_USED = { '@nestjs/microservices': '@nestjs/microservices/nest-microservice.js' };

/** Our modules and Nest's have no side effects, and Nest's index files export much that no app uses. */
const ONLY_DEFINE = /\/(node_modules\/@nestjs|dist\/(apps|libs))\//;

/** The only CommonJS package that requires Nest; esbuild would make all of Nest CommonJS for it. */
const THROTTLER = /@nestjs\/throttler\/dist\/.+\.js$/;

/** Creates its own `require`, which esbuild cannot follow. */
const MAPPED_TYPES = /@nestjs\/mapped-types\/dist\/type-helpers\.utils\.js$/;

/**
 * Bundles Nest and its dependencies as ES modules: without unused code, and parsed once. A CommonJS module is parsed
 * with the bundle and again when it runs, and parsing is most of a cold start.
 */
export const esModules = {
  name: 'es-modules',
  setup(build) {
    build.onResolve({ filter: /^(rxjs|class-validator|class-transformer)(\/|$)/ }, ({ path, kind }) => {
      // Used by Nest's ValidationPipe and ClassSerializerInterceptor, which the platform does not use.
      if (kind === 'dynamic-import') return { path, namespace: 'optional-package' };
      if (!ES_MODULES[path]) throw new Error(`Say in infra/build/es-modules.mjs which file is the ES module ${path}.`);
      return { path: resolve('node_modules', ES_MODULES[path]), sideEffects: false };
    });
    build.onResolve({ filter: /^validator\/lib\// }, ({ path }) => ({
      path: resolve('node_modules', `${path.replace('/lib/', '/es/lib/')}.js`),
      sideEffects: false,
    }));
    build.onResolve({ filter: /^\..+\.js$/ }, ({ path, importer, resolveDir }) =>
      ONLY_DEFINE.test(importer) ? { path: resolve(resolveDir, path), sideEffects: false } : undefined,
    );
    build.onResolve({ filter: /^@nestjs\// }, async ({ path, pluginData, kind, resolveDir, importer }) => {
      if (pluginData === esModules) return undefined;
      const name = kind === 'dynamic-import' ? (ALL_THAT_IS_USED[path] ?? path) : path;
      const found = await build.resolve(name, { kind, importer, resolveDir, pluginData: esModules });
      return found.errors.length > 0 ? undefined : { path: found.path, sideEffects: false };
    });
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace: 'required' } : undefined,
    );
    build.onLoad({ filter: /./, namespace: 'required' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}');`,
    }));
    build.onLoad({ filter: THROTTLER }, async ({ path }) => ({ contents: asEsModule(await readFile(path, 'utf8')) }));
    build.onLoad({ filter: MAPPED_TYPES }, async ({ path }) => ({
      contents: withImports(await readFile(path, 'utf8')),
    }));
  },
};

/** Turns CommonJS output of TypeScript into an ES module again. */
function asEsModule(source) {
  const names = new Set(
    [...source.matchAll(/^(?:exports\.|Object\.defineProperty\(exports, ")(\w+)/gm)].map(([, name]) => name),
  );
  names.delete('__esModule');
  const list = [...names];
  return [
    'const exports = {};',
    source
      .replace(/^(?:const|var) (\w+) = require\((.+)\);$/gm, 'import * as $1 from $2;')
      .replace(/^__exportStar\(require\((.+)\), exports\);$/gm, 'export * from $1;'),
    ...list.map((name) => `const exported_${name} = exports.${name};`),
    `export { ${list.map((name) => `exported_${name} as ${name}`).join(', ')} };`,
  ].join('\n');
}

/** Replaces `require` calls by imports of only the used names. */
function withImports(source) {
  return `import { getMetadataStorage, IsOptional, ValidateIf } from 'class-validator';
import { defaultMetadataStorage } from 'class-transformer/storage';
const validator = { getMetadataStorage, IsOptional, ValidateIf };
const require = (name) => (name === 'class-validator' ? validator : { defaultMetadataStorage });
${source.replace(/^(const require = |import { createRequire }).*$/gm, '')}`;
}
