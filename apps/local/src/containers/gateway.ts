import { loadConfig } from '@app/config';
import { runMain } from '@app/kernel';
import { Gateway } from '../gateway/gateway.js';
import { createLocalApp } from '../local-app.js';
import { MediaDoor } from '../media/media-door.js';
import { LocalAppModule } from '../local-app.module.js';
import { DEMO_ADMIN, type Login, seed } from '../seed.js';
import { Services } from '../services.js';
import { ThisMachine } from '../machine/this-machine.js';
import { GatewayConfig } from './containers.config.js';
import { callerOf, proxyTo } from './proxy.js';
import { stopOnSignal } from './stop-on-signal.js';

/** The gateway of docker/compose.yml: the public routes over HTTP, the documents, and the demo data of `npm start`. */
await runMain(async () => {
  const config = loadConfig(GatewayConfig);
  const addresses = Object.fromEntries(
    config.SERVICES.split(',').map((pair) => pair.split('=', 2) as [string, string]),
  );
  const callers = Object.fromEntries(Object.entries(addresses).map(([name, base]) => [name, callerOf(base)]));
  const services = new Services(callers);
  const machine = new ThisMachine({ networks: config.LOCAL_NETWORKS, hosts: config.LOCAL_HOSTS });
  let logins: Login[] = [];
  const gateway = await Gateway.listen({
    host: config.HOST,
    port: config.PORT,
    corsOrigins: config.CORS_ORIGINS,
  });
  const local = await createLocalApp(
    { logLevel: config.LOG_LEVEL, corsOrigins: config.CORS_ORIGINS },
    { module: LocalAppModule.forServices(services), services, machine, logins: () => logins },
  );
  const { users, products, orders } = callers;
  // This container does not store whether an earlier start was completed.
  const options = { demoLogins: true, currency: config.CURRENCY, finished: false };
  if (users && products) logins = await seed({ users, products, orders }, DEMO_ADMIN, options);
  const proxies = Object.fromEntries(
    Object.entries(addresses).map(([name, base]) => [name, proxyTo(base, gateway.answers)]),
  );
  const { AWS_ENDPOINT_URL: endpoint, CORS_ORIGINS: corsOrigins } = config;
  const media = endpoint !== undefined && new MediaDoor({ endpoint, corsOrigins, answers: gateway.answers });
  gateway.guard((request) => machine.refusal(request));
  await gateway.serve({ local }, { ...proxies, ...(media && { media }) });
  stopOnSignal(async () => {
    await gateway.close();
    await local.close();
  });
});
