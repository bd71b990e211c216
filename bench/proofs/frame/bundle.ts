import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stop } from 'esbuild';
import { type ServiceName, SERVICES } from '../../../apps/manifests.js';

type BundleModules = (
  modules: Record<string, string>,
  outdir: string,
  options: { external: readonly string[] },
) => Promise<void>;

const PROOFS = fileURLToPath(new URL('../', import.meta.url));
/** Long-running processes count for Prometheus; the Lambda bundles do not contain its package. */
const EXTERNAL = ['prom-client'];
let bundled = false;
const PRELOADED = ['mutants', 'preloads'];

/**
 * Bundles the services and their preloads as for Lambda, into `bundle/`: `orders`, `mutants/no-sweep` and so on. They
 * start hundreds of times, and bundled in less than half the time.
 */
export async function bundleServices(): Promise<void> {
  const { bundleModules } = (await import(pathToFileURL('infra/build/bundle.mjs').href)) as {
    bundleModules: BundleModules;
  };
  const services = SERVICES.map((name) => [name, join(PROOFS, '../../apps', name, 'src/main.js')]);
  const preloaded = PRELOADED.flatMap((folder) =>
    readdirSync(join(PROOFS, folder))
      .filter((file) => file.endsWith('.js'))
      .map((file) => [`${folder}/${file.slice(0, -'.js'.length)}`, join(PROOFS, folder, file)]),
  );
  const modules = Object.fromEntries([...services, ...preloaded]) as Record<string, string>;
  await bundleModules(modules, relative(process.cwd(), join(PROOFS, 'bundle')), { external: EXTERNAL });
  await stop();
  bundled = true;
}

/** A service's program and preloads: from the bundle if this process made one, else the compiled files. */
export function startOf(service: ServiceName, preloads: readonly string[]): { program: string; preloads: string[] } {
  if (!bundled) return { program: `apps/${service}/src/main.js`, preloads: [...preloads] };
  return {
    program: `bench/proofs/bundle/${service}.mjs`,
    preloads: ['metadata', ...preloads].map((name) => `bundle/${name}.mjs`),
  };
}
