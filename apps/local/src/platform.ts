import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuditLog } from '@app/audit';
import { Clock } from '@app/kernel';
import { Database } from '@app/database';
import type { HttpAppOptions } from '@app/http';
import { Prometheus } from '@app/metrics';
import { ProductsSettings } from '../../products/src/products-app.module.js';
import { SERVICES } from '../../manifests.js';
import { UsersService } from '../../users/src/operations-app.module.js';
import { LocalQueues } from './dev/local-queues.js';
import { RequestJournal } from './dev/request-journal.js';
import { Stories } from './dev/stories.js';
import { EmbeddedAws } from './embedded/aws.js';
import { DataFolder, replaceFile } from './embedded/data-folder.js';
import { Mailbox } from './embedded/mailbox.js';
import { LOCAL_ORIGINS } from './environment.js';
import { Gateway } from './gateway/gateway.js';
import { injector } from './gateway/inject.js';
import { createLocalApp } from './local-app.js';
import { LocalAppModule } from './local-app.module.js';
import { Services } from './services.js';
import { DEMO_ADMIN, expectNoDemoLogins, seed, type Login } from './seed.js';
import { type Apps, type ServicesOptions, startServices } from './start-services.js';
import { isLoopback, type Neighbours, ThisMachine } from './this-machine.js';

export interface PlatformOptions extends ServicesOptions {
  port: number;
  /** Browser origins that may call the API; default those of this machine. */
  corsOrigins?: string;
  docs?: HttpAppOptions['docs'];
  /** Who may use the console and the demo logins besides this machine; default nobody. */
  neighbours?: Neighbours;
  adminEmail?: string | undefined;
  adminPassword?: string | undefined;
}

const REGION = 'eu-west-1';

/** The four services, the gateway and the embedded parts in this process. `npm start` and the e2e tests use it alike. */
export class Platform {
  private constructor(
    readonly url: string,
    readonly mailbox: Mailbox,
    readonly aws: EmbeddedAws,
    private readonly gateway: Gateway,
    private readonly apps: Apps & { local: NestFastifyApplication },
    /** Lines on who can log in. */
    private readonly people: string[],
    private readonly folder: DataFolder,
  ) {}

  /** Starts everything and resolves when requests can be served; whatever had started is stopped when a part fails. */
  static async start(options: PlatformOptions): Promise<Platform> {
    const started: (() => Promise<unknown>)[] = [];
    try {
      return await Platform.startParts(options, (stop) => started.unshift(stop));
    } catch (error) {
      for (const stop of started) await stop().catch(() => undefined);
      throw error;
    }
  }

  private static async startParts(
    options: PlatformOptions,
    onFailure: (stop: () => Promise<unknown>) => void,
  ): Promise<Platform> {
    const folder = DataFolder.open(options.dataDir);
    onFailure(() => Promise.resolve(folder.close()));
    if (options.databaseUrl === undefined && (options.services ?? SERVICES).includes('users')) folder.expectUsers();
    const { corsOrigins = LOCAL_ORIGINS, docs } = options;
    const gateway = await Gateway.listen({ ...options, corsOrigins });
    onFailure(() => gateway.close());
    const machine = new ThisMachine(options.neighbours);
    const mailbox = await Mailbox.start({ port: 0, file: join(options.dataDir, 'mailbox.ndjson') });
    onFailure(() => mailbox.stop());
    const aws = await EmbeddedAws.start({ dataDir: join(options.dataDir, 'queues'), port: 0, region: REGION });
    onFailure(() => aws.stop());

    const admin = firstAdmin(options);
    const metrics = await Prometheus.load();
    const journal = new RequestJournal();
    const apps = await startServices(options, {
      publicUrl: gateway.url,
      mailEndpoint: mailbox.endpoint,
      awsEndpoint: aws.endpoint,
      region: REGION,
      ...{ metrics, admin, journal, onFailure },
    });
    let logins: Login[] = [];
    const services = Services.inProcess(apps);
    const queues = new LocalQueues({ aws, region: REGION, journal, audit: (app) => auditOf(apps[app]) });
    const local = await createLocalApp(
      { logLevel: options.logLevel, corsOrigins, docs },
      {
        module: LocalAppModule.forParts({ services, queues, mailbox, stories: new Stories(apps, journal) }),
        services,
        machine,
        logins: () => logins,
        metrics,
      },
    );
    onFailure(() => local.close());

    const currency = apps.products?.get(ProductsSettings).currency;
    if (apps.users && admin) {
      const [products, orders] = [apps.products, apps.orders].map((app) => app && injector(app));
      const mark = join(options.dataDir, 'demo-data-is-complete');
      logins = await seed({ users: injector(apps.users), products, orders }, admin, {
        currency,
        demoLogins: isLoopback(options.host) && options.adminEmail === undefined,
        finished: existsSync(mark),
        mailbox: apps.notifier && mailbox,
      });
      if (products && orders) replaceFile(mark, '');
    }
    if (logins.length > 0) gateway.guard((request) => machine.refusal(request));
    if (apps.users && !isLoopback(options.host)) await expectNoDemoLogins(injector(apps.users));
    await gateway.serve({ ...apps, local });
    // For npm run ops: everything else it can find by itself.
    folder.writePlaces({ url: gateway.url, aws_endpoint: aws.endpoint, currency });
    const people = logins.length > 0 ? linesOf(logins) : await hintForAdmin(apps.users);
    return new Platform(gateway.url, mailbox, aws, gateway, { ...apps, local }, people, folder);
  }

  banner(): string {
    return [
      `The platform runs at ${this.url}`,
      `  API docs  ${this.url}/docs`,
      `  Console   ${this.url}/dev (mailbox and queues)`,
      ...this.people,
      'Stop it with Ctrl-C.',
    ].join('\n');
  }

  /** Stops taking requests, lets the running ones end, then stops the services and the embedded parts. */
  async close(): Promise<void> {
    this.folder.forgetPlaces();
    this.mailbox.endWaiting();
    await this.gateway.close();
    await Promise.all(Object.values(this.apps).map((app) => app.close()));
    await Promise.all([this.aws.stop(), this.mailbox.stop()]);
    this.folder.close();
  }
}

function firstAdmin({ host, adminEmail, adminPassword }: PlatformOptions): Login | undefined {
  if (adminEmail !== undefined && adminPassword !== undefined) {
    return { role: 'admin', email: adminEmail, password: adminPassword };
  }
  return isLoopback(host) ? DEMO_ADMIN : undefined;
}

function linesOf(logins: readonly Login[]): string[] {
  const lines = logins.map(({ role, email, password }) => `  ${role.padEnd(9)} ${email}  "${password}"`);
  return ['Demo logins (this machine only):', ...lines];
}

async function hintForAdmin(app: NestFastifyApplication | undefined): Promise<string[]> {
  if (!app || (await app.get(UsersService).hasAdmin())) return [];
  return [
    'There is no administrator yet. Make one from another terminal, with the same DATA_DIR and DATABASE_URL:',
    '  npm run -s ops -- users create-admin --email you@example.com',
  ];
}

function auditOf(app: NestFastifyApplication | undefined): AuditLog | undefined {
  return app && new AuditLog(app.get(Database), app.get<Clock>(Clock));
}
