import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '@app/config';
import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { MANIFESTS, SERVICES, type ServiceName } from '../../../apps/manifests.js';
import { environments, type Overrides } from '../../../apps/local/src/environment.js';
import { COMMANDS_SECRET } from './command-tap.js';
import { Databases } from './databases.js';
import { People } from './people.js';
import type { Servers } from './servers.js';
import { ServiceProcess } from './service-process.js';
import { StripePart } from './stripe.js';
import { TcpProxy } from './tcp-proxy.js';
import { Wire } from './wire.js';

/** Links that a proxy can control. `commands`: from orders to products; `queue`: the notifier's. */
export type Link = 'database' | 'redis' | 'aws' | 'queue' | 'mail' | 'commands';

export interface ProofPlatformOptions {
  /** Default all. */
  services?: readonly ServiceName[];
  environment?: Overrides;
  /** Modules below bench/proofs that run in every service before it starts. */
  preloads?: readonly string[];
  /** Links through a proxy that the proof controls. */
  links?: readonly Link[];
  /** These links use a host name that must be resolved. */
  byName?: boolean;
  /** Whether there is a Stripe; default false. */
  stripe?: boolean;
}

/** The services as separate processes, and the parts around them that a proof breaks or inspects. */
export class ProofPlatform {
  private readonly further: ServiceProcess[] = [];

  private constructor(
    readonly services: Record<ServiceName, ServiceProcess>,
    readonly wire: Wire,
    readonly databases: Databases,
    readonly people: People,
    private readonly around: { links: Record<Link, TcpProxy>; stripe: StripePart | undefined },
    private readonly launcher: (service: ServiceName, port: number, more?: Environment) => ServiceProcess,
  ) {}

  static async start(servers: Servers, folder: string, options: ProofPlatformOptions): Promise<ProofPlatform> {
    mkdirSync(folder, { recursive: true });
    const people = new People();
    const wire = await Wire.start(folder);
    const { url, prefix } = servers.freshDatabases();
    const answering = SERVICES.filter((name) => MANIFESTS[name].answers);
    const [stripePort = 0, ...ports] = await freePorts(1 + answering.length + SERVICES.length);
    const commandPorts = Object.fromEntries(answering.map((name, index) => [name, ports[index] ?? 0]));
    const http = ports.slice(answering.length);
    const webhooks = `http://127.0.0.1:${http[SERVICES.indexOf('payments')] ?? 0}/provider-events/stripe`;
    const stripe = options.stripe === true ? new StripePart(folder, stripePort, webhooks) : undefined;
    await stripe?.start();
    const links = await startLinks({
      database: servers.database.port,
      redis: servers.redis.port,
      aws: Number(new URL(wire.addresses.aws).port),
      queue: Number(new URL(wire.addresses.aws).port),
      mail: Number(new URL(wire.addresses.mail).port),
      commands: commandPorts['products'] ?? 0,
    });
    const through = (link: Link, address: string) =>
      options.links?.includes(link) ? addressOf(links[link], address, options.byName ?? false) : address;
    const environment = environments({
      dataDir: folder,
      publicUrl: 'http://127.0.0.1',
      databaseUrl: through('database', url),
      redisUrl: through('redis', servers.freshRedis()),
      logLevel: 'warn',
      awsEndpoint: through('aws', wire.addresses.aws),
      mailEndpoint: through('mail', wire.addresses.mail),
      ...(stripe && { stripe: stripe.place }),
      topicArn: wire.addresses.topicArn,
      queueUrls: wire.addresses.queueUrls,
      commandPorts,
      commandsSecret: COMMANDS_SECRET,
      secrets: { jwtKeys: people.jwtKeys, fingerprintKey: randomBytes(32).toString('hex') },
      overrides: withoutLimits(options.environment),
    });
    if (options.links?.includes('queue'))
      environment.notifier['AWS_ENDPOINT_URL'] = through('queue', wire.addresses.aws);
    if (options.links?.includes('commands'))
      environment.orders['PRODUCTS_COMMANDS'] = `tcp://127.0.0.1:${links.commands.port}`;
    const launch = (service: ServiceName, port: number, more: Environment = {}) =>
      new ServiceProcess({
        service,
        port,
        environment: { ...environment[service], ...more },
        preloads: options.preloads ?? [],
        logFile: join(folder, `${service}-${port}.log`),
      });
    const services = Object.fromEntries(SERVICES.map((service, index) => [service, launch(service, http[index] ?? 0)]));
    const databases = new Databases(servers.database.url, prefix);
    const all = services as Record<ServiceName, ServiceProcess>;
    const platform = new ProofPlatform(all, wire, databases, people, { links, stripe }, launch);
    await Promise.all((options.services ?? SERVICES).map((service) => all[service].start()));
    return platform;
  }

  get links(): Record<Link, TcpProxy> {
    return this.around.links;
  }

  /** @throws Error on a platform that was started without one. */
  get stripe(): StripePart {
    if (!this.around.stripe) throw new Error('This platform was started without a Stripe.');
    return this.around.stripe;
  }

  /** Starts one more process of a service on its own ports; commands still go to the first. */
  async another(service: ServiceName, more: Environment = {}): Promise<ServiceProcess> {
    const [port = 0] = await freePorts(1);
    const process = this.launcher(service, port, { COMMANDS_PORT: '0', ...more });
    await process.start();
    this.further.push(process);
    return process;
  }

  async close(): Promise<void> {
    await Promise.all([...Object.values(this.services), ...this.further].map((service) => service.kill()));
    await Promise.all([
      this.wire.stop(),
      this.databases.close(),
      this.around.stripe?.kill(),
      ...Object.values(this.links).map((link) => link.stop()),
    ]);
  }
}

/** Turns off limits per client, since all load comes from one address and few people; other proofs test the limits. */
function withoutLimits(environment: Overrides = {}): Overrides {
  const limits = {
    LIMIT_PER_ADDRESS: '1000000000',
    LIMIT_PER_USER: '1000000000',
    MAX_IN_FLIGHT: '0',
    MAX_EVENT_LOOP_DELAY: '0',
    MAX_UNPAID_PIECES: '0',
  };
  return Object.fromEntries(SERVICES.map((service) => [service, { ...limits, ...environment[service] }]));
}

async function startLinks(targets: Record<Link, number>): Promise<Record<Link, TcpProxy>> {
  const entries = Object.entries(targets).map(async ([link, port]) => [link, await TcpProxy.start(port)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<Link, TcpProxy>;
}

function addressOf(link: TcpProxy, address: string, byName: boolean): string {
  const url = new URL(address);
  url.port = String(link.port);
  if (byName) url.hostname = 'localhost';
  return url.href.replace(/\/$/, '');
}
