// Packages with native code, which esbuild cannot bundle: their JavaScript comes from node_modules, their native part for
// the platform of the functions from the registry, as package-lock.json has it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the functions run (`architecture` in serverless.yml). */
export const FUNCTIONS_PLATFORM = 'linux-arm64';

/** Fetched once: packaging needs no network afterwards. */
const CACHE = 'node_modules/.cache/native-packages';

/** Puts these packages, with all that they need on the platform, into `folder`/node_modules. */
export async function addNativePackages(names, folder, platform = FUNCTIONS_PLATFORM) {
  const target = join(folder, 'node_modules');
  await rm(target, { recursive: true, force: true });
  for (const [name, source] of await sourcesOf(names, platform)) {
    await mkdir(join(target, name, '..'), { recursive: true });
    await cp(source, join(target, name), { recursive: true, filter: (path) => !/\/(src|install)$/.test(path) });
  }
}

/** The packages and those they need, each with the folder that it is copied from. */
async function sourcesOf(names, platform) {
  const sources = new Map();
  const waiting = [...names];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (sources.has(name)) continue;
    const source = existsSync(join('node_modules', name)) ? join('node_modules', name) : await fetched(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(join(source, 'package.json')));
    const native = Object.keys(optionalDependencies).filter((other) => other.endsWith(`-${platform}`));
    sources.set(name, source);
    waiting.push(...Object.keys(dependencies), ...native);
  }
  return sources;
}

/** Throws if what the registry has is not what package-lock.json says. */
async function fetched(name) {
  const { packages } = JSON.parse(await readFile('package-lock.json'));
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (!version || !integrity) throw new Error(`package-lock.json has no ${name}: install the package that needs it.`);
  const folder = join(CACHE, `${name.replace('/', '+')}@${version}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  try {
    const said = run('npm', ['pack', `${name}@${version}`, '--json', '--silent', '--pack-destination', fresh]);
    const [packed] = Object.values(JSON.parse(said));
    if (packed.integrity !== integrity) throw new Error(`${name}@${version} is not what package-lock.json says.`);
    run('tar', ['-xzf', join(fresh, packed.filename), '-C', fresh]);
    await rename(join(fresh, 'package'), folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

const run = (program, args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
