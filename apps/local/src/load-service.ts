import type { BaseConfig, Service } from '@app/service';
import type { ServiceName } from '../../manifests.js';

/** Loads a service's definition from its composition root; other services are not loaded. */
export async function loadService(name: ServiceName): Promise<Service<BaseConfig>> {
  const root = (await import(`../../${name}/src/${name}-app.module.js`)) as { service?: Service<BaseConfig> };
  if (!root.service) throw new Error(`apps/${name}/src/${name}-app.module.ts exports no service.`);
  return root.service;
}
