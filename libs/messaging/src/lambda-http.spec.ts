import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { LambdaHttp } from './lambda-http.js';

describe('LambdaHttp', () => {
  let endpoint: Server;
  let answer: (response: ServerResponse) => void;
  let http: LambdaHttp;
  beforeAll(async () => {
    endpoint = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const { port } = endpoint.address() as { port: number };
    http = new LambdaHttp({ region: 'eu-west-1', endpoint: `http://127.0.0.1:${port}` });
  });
  afterAll(() => endpoint.close());

  it('returns the response of the function, also in Base64', async () => {
    const body = Buffer.from('{"status":"ok"}').toString('base64');
    answer = (response) => response.end(JSON.stringify({ statusCode: 200, body, isBase64Encoded: true }));
    expect(await http.get('notifier', '/health/ready')).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('returns 429 when the function is throttled', async () => {
    answer = (response) =>
      response.setHeader('X-Amzn-ErrorType', 'TooManyRequestsException').writeHead(429).end('{"Reason":"x"}');
    expect(await http.get('notifier', '/health/ready')).toEqual({ status: 429, body: {} });
  });

  it('fails when the function fails', async () => {
    answer = (response) => response.setHeader('X-Amz-Function-Error', 'Unhandled').end('{}');
    await expect(http.get('notifier', '/health/ready')).rejects.toThrow('notifier failed');
  });
});
