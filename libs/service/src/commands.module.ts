import type { ApiConfig } from '@app/config';
import { commandClient, Commands } from '@app/messaging';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Manifest } from './manifest.js';

const ALL = Symbol('the commands of every service that is asked');

/** The token under which a service's commands are injected. */
export const commandsOf = (service: string): symbol => Symbol.for(`commands of ${service}`);

/** Provides `Commands` for each service that this one asks, under `commandsOf(name)`, and closes them with the app. */
@Global()
@Module({})
export class CommandsModule implements OnApplicationShutdown {
  constructor(@Inject(ALL) private readonly all: Commands[]) {}

  /** The address of each is a setting, `tcp://host:port` or `lambda:function-name`: that of users is USERS_COMMANDS. */
  static forRoot(config: ApiConfig, { name, asks = {} }: Manifest): DynamicModule {
    const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, COMMANDS_SECRET: secret } = config;
    const clients = Object.entries(asks).map(([service, patterns]) => {
      const setting = `${service.toUpperCase()}_COMMANDS`;
      const address: unknown = Reflect.get(config, setting);
      if (typeof address !== 'string')
        throw new Error(`${name} asks ${service}: declare ${setting} in its configuration.`);
      const useFactory = () => new Commands(commandClient(address, { region, endpoint, secret }), patterns);
      return { provide: commandsOf(service), useFactory };
    });
    const tokens = clients.map(({ provide }) => provide);
    const all = { provide: ALL, inject: tokens, useFactory: (...commands: Commands[]) => commands };
    return { module: CommandsModule, providers: [...clients, all], exports: tokens };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.all.map((commands) => commands.close()));
  }
}
