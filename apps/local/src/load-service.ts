import type { BaseConfig, Service } from '@app/service';
import type { ServiceName } from '../../manifests.js';

/** The definition of a service, from its composition root; what is not asked for is not loaded. */
export async function loadService(name: ServiceName): Promise<Service<BaseConfig>> {
  const root = (await import(`../../${name}/src/${name}-app.module.js`)) as { service: Service<BaseConfig> };
  return root.service;
}
