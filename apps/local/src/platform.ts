import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLog } from '@app/audit';
import { Database } from '@app/database';
import type { HttpAppOptions } from '@app/http';
import { Clock } from '@app/kernel';
import { Prometheus } from '@app/telemetry';
import { ProductsSettings } from '../../products/src/products-app.module.js';
import { SERVICES } from '../../manifests.js';
import { LocalQueues } from './dev/local-queues.js';
import { RequestJournal } from './dev/request-journal.js';
import { Stories } from './dev/stories.js';
import { EmbeddedAws } from './embedded/aws.js';
import { DataFolder, replaceFile } from './embedded/data-folder.js';
import { Mailbox } from './embedded/mailbox.js';
import { Gateway } from './gateway/gateway.js';
import { injector } from './gateway/inject.js';
import { createLocalApp } from './local-app.js';
import { LocalAppModule } from './local-app.module.js';
import { usesEmbeddedStripe } from './environment.js';
import { Services } from './services.js';
import { firstAdmin, peopleOf } from './people.js';
import { LocalPayments } from './dev/local-payments.js';
import { StripeWire } from './stripe/stripe-wire.js';
import { expectNoDemoLogins, seed, type Login } from './seed.js';
import { type Apps, type ServicesOptions, startServices } from './start-services.js';
import { MEDIA_BUCKET, MediaDoor } from './media/media-door.js';
import { isLoopback, type Neighbours, ThisMachine, LOCAL_ORIGINS } from './machine/this-machine.js';

export interface PlatformOptions extends ServicesOptions {
  port: number;
  /** Browser origins that may call the API; default those of this machine. */
  corsOrigins?: string;
  docs?: HttpAppOptions['docs'];
  /** Who, in addition to this machine, may use the console and the demo logins; default nobody. */
  neighbours?: Neighbours;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
}

const REGION = 'eu-west-1';

/** Registers how to stop a started part, if a later one fails. */
type OnFailure = (stop: () => Promise<unknown>) => void;

/** All running parts, and the lines about who can log in. */
interface Running {
  mailbox: Mailbox;
  aws: EmbeddedAws;
  stripe: StripeWire;
  gateway: Gateway;
  folder: DataFolder;
  apps: Apps & { local: NestFastifyApplication };
  people: string[];
}

/** The services, the gateway and the embedded parts in this process, for `npm start` and the e2e tests. */
export class Platform {
  readonly url: string;
  readonly mailbox: Mailbox;
  readonly aws: EmbeddedAws;

  private constructor(private readonly running: Running) {
    this.url = running.gateway.url;
    this.mailbox = running.mailbox;
    this.aws = running.aws;
  }

  /** Starts everything and resolves when requests can be served. If a part fails, stops the started ones. */
  static async start(options: PlatformOptions): Promise<Platform> {
    const started: (() => Promise<unknown>)[] = [];
    try {
      return new Platform(await startParts(options, (stop) => started.unshift(stop)));
    } catch (error) {
      for (const stop of started) await stop().catch(() => undefined);
      throw error;
    }
  }

  banner(): string {
    return [
      `The platform runs at ${this.url}`,
      `  API docs  ${this.url}/docs`,
      `  Console   ${this.url}/dev (payments, mailbox and queues)`,
      ...this.running.people,
      'Stop it with Ctrl-C.',
    ].join('\n');
  }

  /** Stops accepting requests, waits for the running ones, then stops the services and the embedded parts. */
  async close(): Promise<void> {
    const { folder, gateway, apps, stripe } = this.running;
    folder.forgetPlaces();
    this.mailbox.endWaiting();
    await gateway.close();
    await Promise.all(Object.values(apps).map((app) => app.close()));
    await Promise.all([this.aws.stop(), this.mailbox.stop(), stripe.stop()]);
    folder.close();
  }
}

async function startParts(options: PlatformOptions, onFailure: OnFailure): Promise<Running> {
  const folder = DataFolder.open(options.dataDir);
  onFailure(() => Promise.resolve(folder.close()));
  if (options.databaseUrl === undefined && (options.services ?? SERVICES).includes('users')) folder.expectUsers();
  const { corsOrigins = LOCAL_ORIGINS } = options;
  const gateway = await Gateway.listen({ ...options, corsOrigins });
  onFailure(() => gateway.close());
  const machine = new ThisMachine(options.neighbours);
  const mailbox = await Mailbox.start({ port: 0, file: join(options.dataDir, 'mailbox.ndjson') });
  onFailure(() => mailbox.stop());
  const aws = await EmbeddedAws.start({ folder: options.dataDir, port: 0, region: REGION, buckets: [MEDIA_BUCKET] });
  onFailure(() => aws.stop());
  const settings = { webhook_url: `${gateway.url}/provider-events/stripe` };
  const stripe = await StripeWire.start({ dataDir: join(options.dataDir, 'stripe'), port: 0, settings });
  onFailure(() => stripe.stop());

  const admin = firstAdmin(options);
  const metrics = await Prometheus.load();
  const journal = new RequestJournal();
  const services = await startServices(options, {
    publicUrl: gateway.url,
    mailEndpoint: mailbox.endpoint,
    awsEndpoint: aws.endpoint,
    stripe: stripe.place,
    region: REGION,
    ...{ metrics, admin, journal, onFailure },
  });
  const logins: Login[] = [];
  const local = await startConsole(options, services, { aws, mailbox, stripe, journal, metrics, machine, logins });
  onFailure(() => local.close());
  logins.push(...(await seedDemo(options, services, { admin, mailbox })));
  if (logins.length > 0) gateway.guard((request) => machine.refusal(request));
  if (services.users && !isLoopback(options.host)) await expectNoDemoLogins(injector(services.users));
  const apps = { ...services, local };
  const media = new MediaDoor({ endpoint: aws.endpoint, corsOrigins, answers: gateway.answers });
  await gateway.serve(apps, { media });
  // For npm run ops, which can find everything else by itself.
  const places = { url: gateway.url, aws_endpoint: aws.endpoint, ...knownBy(services) };
  folder.writePlaces({ ...places, ...(usesEmbeddedStripe(options.settings) && { stripe: placeOf(stripe) }) });
  const people = await peopleOf(logins, services.users);
  return { mailbox, aws, stripe, gateway, folder, apps, people };
}

interface ConsoleParts {
  aws: EmbeddedAws;
  mailbox: Mailbox;
  stripe: StripeWire;
  journal: RequestJournal;
  metrics: Prometheus;
  machine: ThisMachine;
  /** Empty until the demo logins are created. */
  logins: Login[];
}

/** The app behind `$default`: the documents and the console. */
function startConsole(
  { logLevel, corsOrigins = LOCAL_ORIGINS, docs }: PlatformOptions,
  apps: Apps,
  { aws, mailbox, stripe, journal, metrics, machine, logins }: ConsoleParts,
): Promise<NestFastifyApplication> {
  const services = Services.inProcess(apps);
  const queues = new LocalQueues({ aws, region: REGION, journal, audit: (app) => auditOf(apps[app]) });
  const payments = new LocalPayments(apps.payments, stripe);
  const module = LocalAppModule.forParts({ services, queues, mailbox, payments, stories: new Stories(apps, journal) });
  return createLocalApp({ logLevel, corsOrigins, docs }, { module, services, machine, metrics, logins: () => logins });
}

/** Creates the demo products and logins if they are wanted; returns the logins. */
async function seedDemo(
  { dataDir, host, adminEmail }: PlatformOptions,
  apps: Apps,
  { admin, mailbox }: { admin: Login | undefined; mailbox: Mailbox },
): Promise<Login[]> {
  if (!apps.users || !admin) return [];
  const [products, orders, payments] = [apps.products, apps.orders, apps.payments].map((app) => app && injector(app));
  const mark = join(dataDir, 'demo-data-is-complete');
  const logins = await seed({ users: injector(apps.users), products, orders, payments }, admin, {
    currency: currencyOf(apps),
    demoLogins: isLoopback(host) && adminEmail === undefined,
    finished: existsSync(mark),
    mailbox: apps.notifier && mailbox,
  });
  if (products && orders) replaceFile(mark, '');
  return logins;
}

function placeOf({ place: { endpoint, secretKey: secret_key } }: StripeWire): object {
  return { endpoint, secret_key };
}

const knownBy = (services: Apps): object => ({ currency: currencyOf(services), media_bucket: MEDIA_BUCKET });

const currencyOf = ({ products }: Apps): string | undefined => products?.get(ProductsSettings).currency;

function auditOf(app: NestFastifyApplication | undefined): AuditLog | undefined {
  return app && new AuditLog(app.get(Database), app.get<Clock>(Clock));
}
