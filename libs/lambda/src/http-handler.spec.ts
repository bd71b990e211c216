import { gunzipSync, gzipSync } from 'node:zlib';
import { Body, Controller, Get, Header, Ip, Module, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { httpHandler } from './http-handler.js';

@Controller('echo')
class EchoController {
  @Get()
  get(@Query('word') word: string | string[]): object {
    return { word };
  }

  @Get('address')
  address(@Ip() address: string): object {
    return { address };
  }

  @Get('compressed')
  @Header('content-encoding', 'gzip')
  @Header('content-type', 'application/json; charset=utf-8')
  compressed(): Buffer {
    return gzipSync('{"long":"ö"}');
  }

  @Post()
  post(@Body() body: object): object {
    return { body };
  }
}
@Module({ controllers: [EchoController] })
class EchoModule {}

const createApp = (): Promise<NestFastifyApplication> =>
  NestFactory.create<NestFastifyApplication>(EchoModule, new FastifyAdapter(), { logger: false, abortOnError: false });

function request(method: string, query: string, body?: object, path = '/echo'): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { 'content-type': 'application/json', host: 'api.example', 'x-forwarded-for': '203.0.113.7' },
    requestContext: { http: { method, path, sourceIp: '192.0.2.1' } },
    ...(body && { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

describe('an HTTP API on Lambda', () => {
  it.each([
    [request('GET', 'word=a&word=b'), 200, { word: ['a', 'b'] }],
    [request('POST', '', { n: 1 }), 201, { body: { n: 1 } }],
    // The client can send any X-Forwarded-For, but not the address that API Gateway reports.
    [request('GET', '', undefined, '/echo/address'), 200, { address: '192.0.2.1' }],
  ])('responds %#', async (event, status, body) => {
    const answer = (await httpHandler(createApp)(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
    expect(answer.statusCode).toBe(status);
    expect(JSON.parse(answer.body ?? '')).toEqual(body);
  });

  it('returns a compressed response to API Gateway in base64, as payload 2.0 requires', async () => {
    const event = request('GET', '', undefined, '/echo/compressed');
    const answer = (await httpHandler(createApp)(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
    expect(answer).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    const bytes = Buffer.from(answer.body ?? '', 'base64');
    expect(answer.headers?.['content-length']).toBe(String(bytes.length));
    expect(gunzipSync(bytes).toString()).toBe('{"long":"ö"}');
  });

  it('starts once, and again only after a failure', async () => {
    const create = jest.fn(createApp).mockRejectedValueOnce(new Error('no database'));
    const handler = httpHandler(create);
    await expect(handler(request('GET', ''), {} as Context)).rejects.toThrow('no database');
    await handler(request('GET', ''), {} as Context);
    await handler(request('GET', ''), {} as Context);
    expect(create).toHaveBeenCalledTimes(2);
  });
});
