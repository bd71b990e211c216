import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DomainError, newContext, runWithContext } from '@app/kernel';
import { createLogger } from '@app/telemetry';
import { Controller } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { commandClient } from './command-client.js';
import type { CommandInvocation } from './command-packet.js';
import { Commands } from './commands.js';
import { withMessageDefaults } from './connect-server.js';
import { LambdaServer } from './lambda-server.js';
import { SQS } from './sqs-server.js';

@Controller()
class StockController {
  @MessagePattern('inventory.reserve')
  reserve(@Payload() { order_ref }: { order_ref: string }): { reserved: string } {
    if (order_ref === 'scarce') throw new DomainError('version-conflict', 'There is not enough.');
    return { reserved: order_ref };
  }

  @EventPattern<string>('order.created', SQS)
  created(): void {}
}
class StockModule {}

const FUNCTION = 'commerce-dev-products-rpc';
type Reply = (command: CommandInvocation, response: ServerResponse) => unknown;

let lambda: LambdaServer;
let endpoint: Server;
let requests: { url: string; command: CommandInvocation }[];
let reply: Reply;
let commands: Commands;

beforeEach(async () => {
  lambda = new LambdaServer({ logger: createLogger({ service: 'test', level: 'silent' }) });
  const module = { module: StockModule, controllers: [StockController] };
  await withMessageDefaults(await NestFactory.createMicroservice(module, { strategy: lambda, logger: false })).init();
  reply = (command) => lambda.dispatch(command);
  requests = [];
  endpoint = createServer((request, response) => void invoke(request, response)).listen(0, '127.0.0.1');
  await new Promise((resolve) => endpoint.once('listening', resolve));
  const { port } = endpoint.address() as AddressInfo;
  commands = new Commands(
    commandClient(`lambda:${FUNCTION}`, { region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}` }),
  );
});
afterEach(async () => {
  await commands.close();
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
});

/** The part of the Lambda service that an invocation uses. */
async function invoke(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const command = JSON.parse(Buffer.concat(chunks).toString()) as CommandInvocation;
  requests.push({ url: request.url ?? '', command });
  response.end(JSON.stringify(await reply(command, response)));
}

const ask = (order_ref = 'r-1', options = {}): Promise<unknown> =>
  commands.ask('inventory.reserve', { order_ref }, options);

describe('a command as a Lambda invocation', () => {
  it('runs in the function that the address names, in the context of the caller', async () => {
    const context = newContext({ requestId: 'req-0123456789' });
    expect(await runWithContext(context, () => ask())).toEqual({ reserved: 'r-1' });
    expect(requests[0]?.url).toBe(`/2015-03-31/functions/${FUNCTION}/invocations`);
    const { request_id, traceparent, timeout_ms } = requests[0]?.command.metadata ?? {};
    expect([request_id, traceparent]).toEqual(['req-0123456789', context.traceparent]);
    expect(Number(timeout_ms)).toBeLessThanOrEqual(3_000);
  });

  it('returns the domain error that the handler threw', async () => {
    await expect(ask('scarce')).rejects.toMatchObject({ code: 'version-conflict', message: 'There is not enough.' });
  });

  it('is service-unavailable when the function crashed, without the text of the crash', async () => {
    reply = (_, response) => {
      response.setHeader('X-Amz-Function-Error', 'Unhandled');
      return { errorType: 'Runtime.ExitError', errorMessage: 'secret' };
    };
    const error = (await ask().catch((e: unknown) => e)) as DomainError;
    expect(error).toMatchObject({ code: 'service-unavailable' });
    expect(error.message).not.toContain('secret');
  });

  it.each([
    ['once for an idempotent call', { idempotent: true }, 2],
    ['never for another', {}, 1],
  ])('is retried when Lambda throttles: %s', async (_, options, expected) => {
    reply = (command, response) => {
      if (requests.length > 1) return lambda.dispatch(command);
      response.statusCode = 429;
      response.setHeader('X-Amzn-ErrorType', 'TooManyRequestsException');
      return { message: 'Rate exceeded' };
    };
    const answer = await ask('r-1', options).catch((e: unknown) => e);
    expect(answer).toMatchObject(expected === 2 ? { reserved: 'r-1' } : { code: 'service-unavailable' });
    expect(requests).toHaveLength(expected);
  });

  it('gives up at its deadline and aborts the request', async () => {
    const hungUp = new Promise((resolve) => {
      reply = (_, response) => new Promise(() => response.once('close', resolve));
    });
    await expect(ask('r-1', { timeoutMs: 100 })).rejects.toMatchObject({ code: 'service-unavailable' });
    await hungUp;
  });
});

describe('the Lambda server', () => {
  it('returns an internal error for an unknown pattern and for an event', async () => {
    for (const pattern of ['inventory.teleport', 'order.created', 'constructor']) {
      expect(await lambda.dispatch({ pattern, data: {} })).toMatchObject({ err: { code: 'internal-error' } });
    }
  });

  it('does not start a command after its deadline', async () => {
    const metadata = { timeout_ms: '0' };
    const late = await lambda.dispatch({ pattern: 'inventory.reserve', data: { order_ref: 'r-1' }, metadata });
    expect(late).toMatchObject({ err: { code: 'service-unavailable' } });
  });
});
