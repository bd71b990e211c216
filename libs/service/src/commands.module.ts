import type { ApiConfig } from '@app/config';
import { commandClient, Commands } from '@app/messaging';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';

const ALL = Symbol('the commands of every service that is asked');

/** The token under which a service's commands are injected. */
export const commandsOf = (service: string): symbol => Symbol.for(`commands of ${service}`);

/** Provides `Commands` for each service that this one asks, under `commandsOf(name)`, and closes them with the app. */
@Global()
@Module({})
export class CommandsModule implements OnApplicationShutdown {
  constructor(@Inject(ALL) private readonly all: Commands[]) {}

  /** `addresses` by service: `tcp://host:port` or `lambda:function-name`. */
  static forRoot(config: ApiConfig, addresses: Readonly<Record<string, string>>): DynamicModule {
    const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, COMMANDS_SECRET: secret } = config;
    const clients = Object.entries(addresses).map(([service, address]) => ({
      provide: commandsOf(service),
      useFactory: () => new Commands(commandClient(address, { region, endpoint, secret })),
    }));
    const tokens = clients.map(({ provide }) => provide);
    const all = { provide: ALL, inject: tokens, useFactory: (...commands: Commands[]) => commands };
    return { module: CommandsModule, providers: [...clients, all], exports: tokens };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.all.map((commands) => commands.close()));
  }
}
