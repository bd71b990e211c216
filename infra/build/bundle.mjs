// Bundles every Lambda app into dist/lambda/<app>: SWC's output (esbuild has no decorator metadata), split into chunks
// so that unneeded code is not parsed, and a boot file that Lambda imports.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { parseModulesOnce } from './eager-modules.mjs';
import { esModules } from './es-modules.mjs';
import { addNativePackages, FUNCTIONS_PLATFORM } from './native-packages.mjs';
import { optionalPackages } from './optional-packages.mjs';

/** Lambda fetches and unpacks a package before it starts: every megabyte delays the first response. */
export const LARGEST_MEGABYTES = 1.5;

const BANNER = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

const { SERVICES } = createRequire(import.meta.url)('../services.cjs');

/** The packages with native code that functions of this app name in its manifest. */
const nativeOf = (app) => {
  const { onAws } = SERVICES.find(({ name }) => name === app) ?? {};
  return Object.values(onAws?.functions ?? {}).flatMap(({ packages = [] }) => packages);
};

/** Every app with a lambda.ts, and its exported handlers. */
export async function lambdaApps() {
  const apps = (await readdir('apps')).filter((app) => existsSync(`apps/${app}/src/lambda.ts`)).sort();
  return Promise.all(apps.map(async (app) => ({ app, handlers: await exportedBy(`apps/${app}/src/lambda.ts`) })));
}

async function exportedBy(file) {
  const { metafile } = await build({
    entryPoints: [file],
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'error',
  });
  return Object.values(metafile.outputs)[0].exports;
}

/**
 * Bundles the given apps, by default all, from newly compiled TypeScript or from dist, and returns each app's folder.
 * Packages with native code lie beside the folders, for `platform`; none without one. Throws if a bundle is too large.
 */
export async function bundle(apps, { compiled = false, platform = FUNCTIONS_PLATFORM } = {}) {
  if (!compiled) compile();
  const wanted = (await lambdaApps()).filter(({ app }) => !apps || apps.includes(app));
  // One after the other, since esbuild uses every core for one bundle.
  for (const { app, handlers } of wanted) await bundleApp(app, handlers);
  const native = wanted.flatMap(({ app }) => nativeOf(app));
  if (native.length > 0 && platform) await addNativePackages(native, 'dist/lambda', platform);
  return wanted.map(({ app }) => join('dist/lambda', app));
}

function compile() {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('The TypeScript did not compile.');
}

async function bundleApp(app, handlers) {
  const outdir = join('dist/lambda', app);
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  await bundleModules({ app: `dist/apps/${app}/src/lambda.js` }, outdir, { external: nativeOf(app) });
  await writeFile(join(outdir, 'lambda.mjs'), bootFile(handlers));
  if (app === 'front') await copyDocsAssets(outdir);
  const megabytes = await zippedMegabytes(outdir);
  if (megabytes > LARGEST_MEGABYTES)
    throw new Error(
      `The bundle of ${app} has ${megabytes.toFixed(2)} MB compressed, more than ${LARGEST_MEGABYTES}: ` +
        'leave a package out of it, or say in infra/build/optional-packages.mjs that Lambdas never call one.',
    );
}

/**
 * Bundles compiled modules, each under its name, and `metadata`, which must be imported first. Shared code is in
 * separate chunks, so that each class exists once. `external` packages stay in node_modules.
 */
export async function bundleModules(modules, outdir, { external = [] } = {}) {
  await build({
    entryPoints: { metadata: 'reflect-metadata', ...modules },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    keepNames: true,
    legalComments: 'none',
    banner: { js: BANNER },
    plugins: [outside(external), optionalPackages, esModules],
    logLevel: 'error',
  });
  await parseModulesOnce(outdir);
}

/** Runs before the other plugin; esbuild's own `external` would come after it. */
const outside = (packages) => ({
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path }) => (packages.includes(path) ? { path, external: true } : undefined));
  },
});

/** The size in a zip file, in which every file is deflated separately. */
export async function zippedMegabytes(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map(async (file) => deflateRawSync(await readFile(file)).length));
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000_000;
}

/**
 * Reflect's metadata must be loaded before the first decorator runs, in any chunk. The start happens while Lambda
 * initialises the instance; the first event retries a failed start, and reports the error.
 */
function bootFile(handlers) {
  return `import './metadata.mjs';
const app = await import('./app.mjs');
await app[(process.env._HANDLER ?? '').split('.').pop()]?.prepare?.().catch(() => undefined);
${handlers.map((name) => `export const ${name} = app.${name};`).join('\n')}
`;
}

/** Swagger UI reads its files from the bundle's folder. */
async function copyDocsAssets(outdir) {
  const source = 'node_modules/swagger-ui-dist';
  const assets = [
    'swagger-ui.css',
    'swagger-ui-bundle.js',
    'swagger-ui-standalone-preset.js',
    'favicon-32x32.png',
    'favicon-16x16.png',
  ];
  for (const asset of assets) await cp(join(source, asset), join(outdir, 'docs', asset));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = Date.now();
  const folders = await bundle(process.argv.length > 2 ? process.argv.slice(2) : undefined);
  console.log(`${folders.join(', ')} in ${((Date.now() - started) / 1_000).toFixed(1)} s`);
}
