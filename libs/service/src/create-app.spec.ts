import { once } from 'node:events';
import { createServer } from 'node:net';
import { createLogger } from '@app/telemetry';
import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { freePort } from '../../../test/support/process.js';
import { createApp } from './create-app.js';
import { type BaseConfig, defineService, type Service } from './define-service.js';
import { Sweeper } from './sweeper.js';

const MANIFEST = { name: 'shipping', number: 5, title: 'Shipping', routes: [], database: false, publishes: false };

class Config implements BaseConfig {
  STAGE = 'local';
  LOG_LEVEL = 'silent' as const;
  HOST = '127.0.0.1';
  PORT = 0;
  CORS_ORIGINS = '';
  DOCS = 'off' as const;
}

let open = 0;

@Injectable()
class Part implements OnApplicationShutdown {
  constructor() {
    open++;
  }

  onApplicationShutdown(): void {
    open--;
  }
}

@Module({})
class ShippingModule {}

class IdleSweeper extends Sweeper {
  sweep(): Promise<number> {
    return Promise.resolve(0);
  }
}

const plain = defineService(MANIFEST, {
  config: Config,
  module: () => ({ module: ShippingModule, providers: [Part, IdleSweeper] }),
});

const refuse = () => {
  throw new Error('planned');
};

describe('createApp', () => {
  const start = (parts: Partial<Service<Config>>) =>
    createApp({ ...plain, ...parts }, new Config(), createLogger({ service: 'shipping', level: 'silent' }));
  let commands: { host: string; port: number };

  beforeEach(async () => {
    open = 0;
    commands = { host: '127.0.0.1', port: await freePort() };
  });

  /** Listens where the service answers commands, as soon as nobody else does. */
  async function listen() {
    const server = createServer().listen(commands.port, commands.host);
    await once(server, 'listening');
    return server;
  }

  it.each<[string, Partial<Service<Config>>]>([
    ['what it serves is refused', { assertServes: refuse }],
    ['its queue has no address', { manifest: { ...MANIFEST, hears: ['user.deleted'] } }],
    ['its beginning fails', { begin: () => Promise.reject(new Error('planned')) }],
    ['a later sweep cannot be planned', { sweeps: [{ sweeper: IdleSweeper, everyMs: refuse }] }],
  ])('closes what it has started if %s', async (_, parts) => {
    await expect(start({ commandsAt: () => commands, ...parts })).rejects.toThrow(/planned|declare QUEUE_URL/);
    expect(open).toBe(0);
    (await listen()).close();
  });

  it('closes what it has started if its commands cannot be answered', async () => {
    const other = await listen();
    await expect(start({ commandsAt: () => commands })).rejects.toThrow('EADDRINUSE');
    expect(open).toBe(0);
    other.close();
  });

  it('leaves open what has started', async () => {
    const app = await start({});
    expect(open).toBe(1);
    await app.close();
    expect(open).toBe(0);
  });
});
