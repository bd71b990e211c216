import { createServer } from 'node:net';
import { currentContext, DomainError, newContext, runInTransactionScope, runWithContext } from '@app/kernel';
import { createLogger } from '@app/telemetry';
import { Controller, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, MessagePattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt, Max } from 'class-validator';
import { commandClient } from './command-client.js';
import { CommandServer } from './command-server.js';
import { Commands } from './commands.js';
import { connectServer } from './connect-server.js';

class DoubleDto {
  @IsInt()
  @Max(100)
  n: number;
}

let initialised = 0;
let calls = 0;
let finish: () => void;

@Controller()
class NumbersController implements OnModuleInit {
  onModuleInit(): void {
    initialised++;
  }

  @MessagePattern('numbers.double')
  double(@Payload() { n }: DoubleDto): { result: number; requestId: string; traceparent: string; left: number } {
    const { requestId, traceparent, deadline = 0 } = currentContext();
    return { result: 2 * n, requestId, traceparent, left: deadline - performance.now() };
  }

  @MessagePattern('numbers.nothing')
  nothing(): void {}

  @MessagePattern('numbers.scarce')
  scarce(): never {
    const details = { items: [{ product_id: 17, requested: 5, available: 1 }] };
    throw new DomainError('version-conflict', 'There are not five.', { details });
  }

  @MessagePattern('numbers.bug')
  bug(): never {
    throw new Error('secret: ada@example.com');
  }

  @MessagePattern('numbers.slow')
  slow(): Promise<{ done: true }> {
    calls++;
    return new Promise((resolve) => (finish = () => resolve({ done: true })));
  }
}
class NumbersModule {}

let log: string;
let app: NestFastifyApplication;
let server: CommandServer;
let client: ClientProxy;
let commands: Commands;

beforeEach(async () => {
  log = '';
  initialised = calls = 0;
  const destination = { write: (line: string) => void (log += line) };
  server = new CommandServer({
    host: '127.0.0.1',
    port: 0,
    logger: createLogger({ service: 'test', level: 'info', destination }),
  });
  const module = { module: NumbersModule, controllers: [NumbersController] };
  app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { logger: false });
  connectServer(app, server);
  await app.init();
  await app.startAllMicroservices();
  client = commandClient(server.address, { region: 'eu-west-1' });
  commands = new Commands(client);
});
afterEach(async () => {
  await commands.close();
  await app.close();
});

describe('a command server without a secret', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'orders'])('does not listen on %s', (host) => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    expect(() => new CommandServer({ host, port: 0, logger })).toThrow('Set COMMANDS_SECRET');
    expect(() => new CommandServer({ host, port: 0, secret: 'told', logger })).not.toThrow();
  });
});

describe('a command server with a secret', () => {
  const SECRET = 'a secret that only this platform knows';

  let own: CommandServer;
  let asking: Commands;
  afterEach(async () => {
    await asking.close();
    await own.close();
  });

  async function askWith(secret?: string): Promise<unknown> {
    const destination = { write: (line: string) => void (log += line) };
    const logger = createLogger({ service: 'test', level: 'info', destination });
    own = new CommandServer({ host: '127.0.0.1', port: 0, secret: SECRET, logger });
    server.getHandlers().forEach((handler, pattern) => own.addHandler(pattern, handler));
    await new Promise<void>((resolve) => own.listen(() => resolve()));
    asking = new Commands(commandClient(own.address, { region: 'eu-west-1', secret }));
    return asking.ask('numbers.double', { n: 21 });
  }

  it('serves clients that send it', async () => {
    expect(await askWith(SECRET)).toMatchObject({ result: 42 });
    expect(log).not.toContain(SECRET);
  });

  it.each([['none'], [''], [SECRET.slice(1)], [`${SECRET}!`], [SECRET.replace('a', 'b')]])(
    'does nothing for clients that send another one: %s',
    async (secret) => {
      const answer = askWith(secret === 'none' ? undefined : secret);
      await expect(answer).rejects.toMatchObject({ code: 'service-unavailable' });
      expect(log).toContain('without the secret of this platform');
      expect(log).not.toContain('numbers.double');
    },
  );
});

describe('a command over TCP', () => {
  it('gets its reply, and runs in the context and under the deadline of the caller', async () => {
    const context = newContext({ requestId: 'req-0123456789' });
    const answer = await runWithContext(context, () =>
      commands.ask<ReturnType<NumbersController['double']>>('numbers.double', { n: 21 }, { timeoutMs: 2_000 }),
    );
    expect(answer).toMatchObject({ result: 42, requestId: 'req-0123456789', traceparent: context.traceparent });
    expect(answer.left).toBeGreaterThan(0);
    expect(answer.left).toBeLessThanOrEqual(2_000);
  });

  it('may return nothing', async () => {
    expect(await commands.ask('numbers.nothing', {})).toBeUndefined();
  });

  it('does not mix up concurrent callers', async () => {
    const asked = Array.from({ length: 50 }, (_, n) =>
      runWithContext(newContext({ requestId: `request-${n}` }), () =>
        commands.ask<{ result: number; requestId: string }>('numbers.double', { n }),
      ),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ result, requestId }) => [result, requestId])).toEqual(
      Array.from({ length: 50 }, (_, n) => [2 * n, `request-${n}`]),
    );
  });

  it('does not run the init hooks of the module, which the application runs', () => {
    expect(initialised).toBe(1);
  });

  it('is rejected inside a transaction', async () => {
    const ask = runInTransactionScope({ afterCommit: [] }, () => commands.ask('numbers.double', { n: 1 }));
    await expect(ask).rejects.toThrow('inside a database transaction');
  });
});

describe('an error of the other service', () => {
  it('comes back as the domain error that was thrown', async () => {
    const error = await commands.ask('numbers.scarce', {}).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({
      code: 'version-conflict',
      kind: 'conflict',
      message: 'There are not five.',
      details: { items: [{ product_id: 17, requested: 5, available: 1 }] },
    });
  });

  it.each([{ n: 101 }, { n: 'x' }, { n: 1, admin: true }, {}])('names the rule that %j breaks', async (payload) => {
    const error = await commands.ask('numbers.double', payload).catch((e: unknown) => e);
    const pointer = 'admin' in payload ? '/admin' : '/n';
    expect(error).toMatchObject({ code: 'validation-failed' });
    expect((error as DomainError).errors).toContainEqual(expect.objectContaining({ pointer }));
  });

  it.each(['numbers.bug', 'numbers.unknown'])(
    'is internal for %s, and is sent and logged without its text',
    async (pattern) => {
      const error = await commands.ask(pattern, {}).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'internal-error', message: 'The command failed by our fault.' });
      expect(log).toContain(pattern);
      expect(log).not.toContain('secret');
    },
  );
});

describe('an unavailable service', () => {
  it('is service-unavailable when nobody listens', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    const away = new Commands(commandClient(`tcp://127.0.0.1:${port}`, { region: 'eu-west-1' }));
    for (const idempotent of [false, true]) {
      const error = await away.ask('numbers.double', { n: 1 }, { idempotent }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'service-unavailable', retryAfter: 1 });
    }
    await away.close();
  });

  it('is service-unavailable after the timeout, and the call is not repeated', async () => {
    const started = Date.now();
    const ask = commands.ask('numbers.slow', {}, { timeoutMs: 150, idempotent: true });
    await expect(ask).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(Date.now() - started).toBeLessThan(1_500);
    expect(calls).toBe(1);
    finish();
  });

  it('is never awaited beyond the deadline of the calling request', async () => {
    const context = newContext({ deadline: performance.now() + 100 });
    const ask = runWithContext(context, () => commands.ask('numbers.slow', {}));
    await expect(ask).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(performance.now()).toBeLessThan((context.deadline ?? 0) + 1_500);
    finish();
  });

  it('can be reached through the same client after a restart', async () => {
    await commands.ask('numbers.nothing', {});
    const { port } = new URL(server.address);
    await server.close();
    await expect(commands.ask('numbers.nothing', {})).rejects.toMatchObject({ code: 'service-unavailable' });
    const logger = createLogger({ service: 'test', level: 'silent' });
    const again = new CommandServer({ host: '127.0.0.1', port: Number(port), logger });
    server.getHandlers().forEach((handler, pattern) => again.addHandler(pattern, handler));
    await new Promise<void>((resolve) => again.listen(() => resolve()));
    expect(await commands.ask('numbers.nothing', {}, { idempotent: true })).toBeUndefined();
    await again.close();
  });

  it('finishes running commands before it closes', async () => {
    const ask = commands.ask('numbers.slow', {});
    while (calls === 0) await new Promise((resolve) => setImmediate(resolve));
    const closed = server.close();
    finish();
    expect(await ask).toEqual({ done: true });
    await closed;
  });
});

describe('a server that drains', () => {
  it('runs no command whose reply it could not send', async () => {
    const ask = commands.ask('numbers.slow', {});
    while (calls === 0) await new Promise((resolve) => setImmediate(resolve));
    const finishFirst = finish;
    const closed = server.close();
    const late = commands.ask('numbers.slow', {}).catch((error: unknown) => error);
    // Far more turns of this process's event loop than the packet needs to arrive.
    for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
    finishFirst();
    expect(await ask).toEqual({ done: true });
    await closed;
    expect(await late).toMatchObject({ code: 'service-unavailable' });
    expect(calls).toBe(1);
  });
});

describe('retrying', () => {
  const failsOnce = (): { send: jest.Mock; setOnDispatchHook: () => void } => {
    const { of, throwError } = jest.requireActual<typeof import('rxjs')>('rxjs');
    const send = jest
      .fn()
      .mockReturnValueOnce(throwError(() => new Error('Connection closed')))
      .mockReturnValue(of('fine'));
    return { send, setOnDispatchHook: () => undefined };
  };

  it('is only for idempotent calls', async () => {
    const flaky = failsOnce();
    const answer = await new Commands(flaky as unknown as ClientProxy).ask('a.b', {}, { idempotent: true });
    expect(answer).toBe('fine');
    expect(flaky.send).toHaveBeenCalledTimes(2);
  });

  it('never repeats another call', async () => {
    const flaky = failsOnce();
    const ask = new Commands(flaky as unknown as ClientProxy).ask('a.b', {});
    await expect(ask).rejects.toMatchObject({ code: 'service-unavailable' });
    expect(flaky.send).toHaveBeenCalledTimes(1);
  });
});

it.each(['http://x:1', 'tcp://x', 'lambda:', 'lambda:a b', ''])(
  'the address %j is rejected with a sentence',
  (address) => {
    expect(() => commandClient(address, { region: 'eu-west-1' })).toThrow('tcp://host:port or lambda:function-name');
  },
);
