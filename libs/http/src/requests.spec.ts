import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { InjectOptions, Response } from 'light-my-request';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { SECURITY_HEADERS } from './security-headers.js';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('the HTTP edge', () => {
  let edge: EdgeApp;
  const inject = (options: InjectOptions): Promise<Response> => edge.app.inject(options);
  const post = (payload: string | Buffer, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
    inject({ method: 'POST', url: '/things', payload, headers });
  const get = (url: string, headers: Record<string, string> = {}): Promise<Response> => inject({ url, headers });

  beforeAll(async () => {
    edge = await startEdgeApp({ cors: 'https://shop.example' });
  });
  afterAll(() => edge.close());

  function expectProblem(response: Response, status: number, code: string): Record<string, unknown> {
    const body = response.json<Record<string, unknown>>();
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ status, code, request_id: response.headers['x-request-id'] });
    expect(response.headers).toMatchObject(SECURITY_HEADERS);
    expect(response.headers['cache-control']).toBe('no-store');
    expect(JSON.stringify(body)).not.toMatch(/\\n {4}at |node_modules|SELECT|canary/);
    return body;
  }

  const pointers = (body: Record<string, unknown>): string[] =>
    (body['errors'] as { pointer: string; code: string }[]).map(({ pointer, code }) => `${pointer} ${code}`);

  describe('bodies', () => {
    const nested = (depth: number): string => `{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const good = { name: 'Lamp', price: '29.99' };

    it.each([
      ['truncated JSON', '{"name":', JSON_TYPE, 400, 'malformed-request'],
      ['an empty body', '', JSON_TYPE, 400, 'malformed-request'],
      ['20,000-deep nesting', nested(20_000), JSON_TYPE, 400, 'malformed-request'],
      ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), JSON_TYPE, 400, 'malformed-request'],
      ['a __proto__ key', '{"__proto__":{"x":1},"name":"a"}', JSON_TYPE, 400, 'malformed-request'],
      ['a constructor key', '{"constructor":{"prototype":{"x":1}}}', JSON_TYPE, 400, 'malformed-request'],
      ['false gzip', '{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 400, 'malformed-request'],
      ['an unknown encoding', '{}', { ...JSON_TYPE, 'content-encoding': 'lzma' }, 415, 'unsupported-media-type'],
      ['text/plain', 'hello', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type'],
      ['XML', '<a/>', { 'content-type': 'application/xml' }, 415, 'unsupported-media-type'],
      ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported-media-type'],
      ['no content type', '{}', {}, 415, 'unsupported-media-type'],
      ['200 kB', JSON.stringify({ name: 'x'.repeat(200_000) }), JSON_TYPE, 413, 'payload-too-large'],
      [
        'a gzip bomb',
        gzipSync(Buffer.alloc(5_000_000, 32)),
        { ...JSON_TYPE, 'content-encoding': 'gzip' },
        413,
        'payload-too-large',
      ],
      ['null', 'null', JSON_TYPE, 422, 'validation-failed'],
      ['an array', '[]', JSON_TYPE, 422, 'validation-failed'],
      ['a bare string', '"x"', JSON_TYPE, 422, 'validation-failed'],
    ])('refuses %s', async (_, payload, headers, status, code) => {
      expectProblem(await post(payload, headers), status, code);
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    });

    it('takes gzip', async () => {
      const response = await post(gzipSync(JSON.stringify(good)), { ...JSON_TYPE, 'content-encoding': 'gzip' });
      expect(response.statusCode).toBe(201);
    });

    it('points to every broken rule of a body', async () => {
      const body = {
        name: '',
        price: '1e3',
        lines: [
          { product_id: 1, quantity: 2 },
          { product_id: 0, quantity: '1', x: 1 },
        ],
        a: 1,
        'b/~c': 1,
      };
      const problem = expectProblem(await post(JSON.stringify(body)), 422, 'validation-failed');
      expect(pointers(problem).sort()).toEqual([
        '/a unknown-field',
        '/b~1~0c unknown-field',
        '/lines/1/product_id integer',
        '/lines/1/quantity integer',
        '/lines/1/x unknown-field',
        '/name text',
        '/price money',
      ]);
    });

    it('names missing fields', async () => {
      const problem = expectProblem(await post('{"price":1}'), 422, 'validation-failed');
      expect(problem['errors']).toEqual([
        {
          pointer: '/name',
          code: 'required',
          message: 'name is missing: it must be a text of 1 to 20 characters, without control characters.',
        },
      ]);
    });

    it.each([
      ['29.99', '29.99'],
      [29.99, '29.99'],
      [5, '5.00'],
      ['0.01', '0.01'],
      ['0.1', '0.10'],
    ])('reads money %p', async (price, text) => {
      const response = await post(JSON.stringify({ ...good, price }));
      expect(response.json()).toMatchObject({ price: text, price_type: 'number' });
    });

    it.each(['1e3', 0.001, 'NaN', -1, '-1', '1.999', 0, null, '1 000', '', '1000000000', true, {}, 1e21])(
      'refuses money %p',
      async (price) => {
        expect(
          pointers(expectProblem(await post(JSON.stringify({ ...good, price })), 422, 'validation-failed')),
        ).toEqual(['/price money']);
      },
    );

    it.each([
      [{ lines: {} }, '/lines list'],
      [{ lines: [] }, '/lines list'],
      [{ lines: [null] }, '/lines list'],
      [{ lines: [1, 2, 3, 4] }, '/lines list'],
      [{ name: null }, '/name text'],
      [{ name: 'a\u0000b' }, '/name text'],
      [{ name: ['a'] }, '/name text'],
      [{ email: 'no' }, '/email email'],
      [{ email: 'a@localhost' }, '/email email'],
      [{ email: '\ud800@example.com' }, '/email email'],
      [{ hasOwnProperty: 1 }, undefined],
    ])('refuses %j', async (fields, pointer) => {
      const response = await post(JSON.stringify({ ...good, ...fields }));
      if (pointer === undefined) expectProblem(response, 400, 'malformed-request');
      else expect(pointers(expectProblem(response, 422, 'validation-failed'))).toEqual([pointer]);
    });

    it('rejects a lone surrogate and accepts emoji', async () => {
      expectProblem(await post('{"name":"\\ud83d","price":1}'), 422, 'validation-failed');
      expect((await post('{"name":"\\ud83d\\ude00","price":1}')).statusCode).toBe(201);
    });

    it('trims text, lowers the domain of an e-mail, and accepts null where it is allowed', async () => {
      const response = await post(JSON.stringify({ ...good, name: '  Lamp ', email: ' Ada@EXAMPLE.com ' }));
      expect(response.json()).toMatchObject({ name: 'Lamp', email: 'Ada@example.com' });
      expect((await post(JSON.stringify({ ...good, email: null }))).statusCode).toBe(201);
    });
  });

  describe('URLs', () => {
    it.each(['0', '-1', '1.5', 'abc', '9223372036854775808', '1%20or%201', '..%2f', '%00', '2147483648'])(
      'refuses the id %s',
      async (id) => {
        expect(pointers(expectProblem(await get(`/things/${id}`), 422, 'validation-failed'))).toEqual([
          '{thing_id} id',
        ]);
      },
    );

    it.each([
      ['a bad escape in the path', '/things/%zz', 400, 'malformed-request'],
      ['a bad escape in the query', '/things?status=%zz', 400, 'malformed-request'],
      ['an unknown path', '/nowhere', 404, 'not-found'],
      ['a long path part', `/things/${'1'.repeat(300)}`, 414, 'uri-too-long'],
      ['a long URL', `/things?status=${'1'.repeat(9_000)}`, 414, 'uri-too-long'],
    ])('refuses %s', async (_, url, status, code) => {
      expectProblem(await get(url), status, code);
    });

    it('responds 405 with the methods of the path', async () => {
      const response = await inject({ method: 'PATCH', url: '/things/1' });
      expectProblem(response, 405, 'method-not-allowed');
      expect(response.headers['allow']).toBe('DELETE, GET, HEAD, OPTIONS, PUT');
      const plain = await startEdgeApp();
      const options = await plain.app.inject({ method: 'OPTIONS', url: '/things/1' });
      await plain.close();
      expect([options.statusCode, options.headers['allow']]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PUT']);
    });

    it('never repeats the query', async () => {
      const body = expectProblem(await get('/nowhere?token=secret'), 404, 'not-found');
      expect(body['instance']).toBe('/nowhere');
      expect(JSON.stringify(edge.lines)).not.toContain('token=secret');
    });

    it.each([
      ['page=0', '?page integer'],
      ['page_size=0', '?page_size integer'],
      ['page_size=1000000000', '?page_size integer'],
      ['page=1&page=2', '?page integer'],
      ['page[]=1', '?page[] unknown-field'],
      ['x=1', '?x unknown-field'],
      ['__proto__=1', '?__proto__ unknown-field'],
      ['constructor=1', '?constructor unknown-field'],
      ['sort=secret', '?sort choice'],
      ['page=101&page_size=100', '?page too-deep'],
      ['cursor=forged', '?cursor cursor'],
      ['status=lost', '?status choice'],
      ['created_from=yesterday', '?created_from time'],
      ['created_from=2026-02-31T00:00:00', '?created_from time'],
      ['created_from=2026-02-30T00:00:00Z', '?created_from time'],
      ['created_from=9999-12-31T23:59:59.999-00:01', '?created_from time'],
      ['in_stock=1', '?in_stock boolean'],
      ['ids=1,2,x', '?ids ids'],
      ['ids=1,2,3,4', '?ids ids'],
      ['page=1e1', '?page integer'],
      ['page=', '?page integer'],
    ])('refuses the query %s', async (query, pointer) => {
      expect(pointers(expectProblem(await get(`/things?${query}`), 422, 'validation-failed'))).toEqual([pointer]);
    });

    it('rejects a query on a route without one', async () => {
      expect(pointers(expectProblem(await get('/things/1?x=1'), 422, 'validation-failed'))).toEqual([
        '?x unknown-field',
      ]);
    });

    it('reads the values of a query', async () => {
      const response = await get(
        '/things?page=2&page_size=5&created_from=2026-01-01T00:00:00%2B01:00&in_stock=false&ids=1,2&with_total=false',
      );
      expect(response.json<{ received: unknown }>().received).toEqual({
        page: 2,
        page_size: 5,
        with_total: false,
        created_from: '2025-12-31T23:00:00.000Z',
        in_stock: false,
        ids: [1, 2],
      });
    });
  });

  describe('lists', () => {
    it('returns a page with links', async () => {
      const response = await get('/things?status=open&page=2&page_size=10');
      expect(response.json()).toMatchObject({ total: 41, total_is_exact: true, page: 2, page_size: 10 });
      expect(response.headers['link']).toBe(
        '</things?status=open&page_size=10&page=1>; rel="first", ' +
          '</things?status=open&page_size=10&page=1>; rel="prev", ' +
          '</things?status=open&page_size=10&page=3>; rel="next"',
      );
    });

    it('accepts its own cursor, and only with the same sort and without a page', async () => {
      const { next_cursor: cursor } = (await get('/things')).json<{ next_cursor: string }>();
      const next = await get(`/things?cursor=${cursor}`);
      expect(next.json()).toMatchObject({ page: null, after: ['Lamp', 7] });
      expect(next.headers['link']).toContain(`</things?cursor=${cursor}>; rel="next"`);
      expectProblem(await get(`/things?cursor=${cursor}&sort=-name`), 422, 'validation-failed');
      expectProblem(await get(`/things?cursor=${cursor}&page=1`), 422, 'validation-failed');
    });
  });

  describe('responses', () => {
    it('tags a resource with its version and responds 304', async () => {
      const first = await get('/things/7');
      expect(first.headers).toMatchObject({
        etag: '"3"',
        'cache-control': 'no-cache',
        vary: expect.stringContaining('Authorization') as string,
      });
      for (const tag of ['"3"', 'W/"3"', '"1", "3"', '"1",, W/"3" ,', '"a,b", "3"', ' * ']) {
        const again = await get('/things/7', { 'if-none-match': tag });
        expect([again.statusCode, again.body, again.headers['etag']]).toEqual([304, '', '"3"']);
      }
      for (const tag of ['"2"', '3', '"x,"3""', '"3', `"${'x'.repeat(1_000)}", "3"`]) {
        expect((await get('/things/7', { 'if-none-match': tag })).statusCode).toBe(200);
      }
    });

    it('sends prepared bytes unchanged', async () => {
      const response = await get('/things/raw');
      expect([response.body, response.headers['content-type'], response.headers['x-cache']]).toEqual([
        '{"raw":true}',
        'application/json; charset=utf-8',
        'HIT',
      ]);
      expect((await get('/things/raw', { 'if-none-match': '"abc"' })).statusCode).toBe(304);
    });

    it('sends Location for a created resource', async () => {
      const response = await post('{"name":"Lamp","price":1}');
      expect([response.statusCode, response.headers['location'], response.headers['etag']]).toEqual([
        201,
        '/things/7',
        '"3"',
      ]);
      expect(response.headers['cache-control']).toBe('no-store');
    });

    it.each([
      ['"3"', 200],
      ['*', 200],
      ['"2"', 412],
      ['W/"3"', 412],
      ['"x"', 412],
      ['3', 422],
      ['"1", "2"', 412],
      ['"9", "3"', 200],
      ['"9","3-17" ,', 200],
      ['W/"3", "2"', 412],
      ['W/"9", "3"', 200],
      ['"a,b", "3"', 200],
      ['"3" "4"', 422],
      ['"3", *', 422],
      ['', 422],
      [' , ', 422],
      [`"${'x'.repeat(998)}"`, 412],
      [`"${'x'.repeat(999)}"`, 422],
    ])('responds to If-Match %s with %d', async (tag, status) => {
      const response = await inject({ method: 'PUT', url: '/things/7', headers: { 'if-match': tag } });
      expect(response.statusCode).toBe(status);
    });

    it('requires no precondition unless it is strict', async () => {
      expect((await inject({ method: 'PUT', url: '/things/7' })).statusCode).toBe(200);
      const strict = await startEdgeApp({ strict: true });
      expect((await strict.app.inject({ method: 'PUT', url: '/things/7' })).statusCode).toBe(428);
      await strict.close();
    });

    it('accepts a DELETE with a JSON content type and no body', async () => {
      const response = await inject({ method: 'DELETE', url: '/things/7', headers: JSON_TYPE });
      expect([response.statusCode, response.body]).toEqual([204, '']);
    });

    it('responds to HEAD as to GET, without a body', async () => {
      const response = await inject({ method: 'HEAD', url: '/things/7' });
      expect([response.statusCode, response.body, response.headers['etag']]).toEqual([200, '', '"3"']);
    });

    it('allows a browser of an allowed origin', async () => {
      const headers = { origin: 'https://shop.example', 'access-control-request-method': 'PUT' };
      const preflight = await inject({ method: 'OPTIONS', url: '/things/7', headers });
      expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([
        204,
        'https://shop.example',
      ]);
      expect(
        (await get('/things/7', { origin: 'https://evil.example' })).headers['access-control-allow-origin'],
      ).toBeUndefined();
    });
  });

  describe('request ids and logs', () => {
    it('keeps a well-formed request id and replaces any other', async () => {
      expect((await get('/things/7', { 'x-request-id': 'client-id-1234' })).headers['x-request-id']).toBe(
        'client-id-1234',
      );
      expect((await get('/things/7', { 'x-request-id': 'bad id' })).headers['x-request-id']).not.toBe('bad id');
    });

    it('writes one flat line per request', async () => {
      edge.lines.length = 0;
      await get('/things/7', { 'x-request-id': 'client-id-5678' });
      expect(edge.lines).toEqual([
        expect.objectContaining({
          request_id: 'client-id-5678',
          method: 'GET',
          route: '/things/:thing_id',
          status: 200,
          ms: expect.any(Number) as number,
        }),
      ]);
    });

    it('responds to a bug with 500 and logs it without its data', async () => {
      edge.lines.length = 0;
      expectProblem(await get('/things/broken'), 500, 'internal-error');
      const text = JSON.stringify(edge.lines);
      expect(text).toContain('ThingsController.broken');
      expect(text).not.toContain('canary');
      expect(text).not.toContain('SELECT');
    });

    it('sends Retry-After', async () => {
      const response = await get('/things/away');
      expectProblem(response, 503, 'service-unavailable');
      expect(response.headers['retry-after']).toBe('2');
    });
  });

  describe('on a real connection', () => {
    let port: number;
    beforeAll(async () => {
      await edge.app.listen(0, '127.0.0.1');
      port = Number(new URL(await edge.app.getUrl()).port);
    });

    const raw = (text: string): Promise<string> =>
      new Promise((resolve, reject) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket
          .on('data', (data) => (answer += data.toString()))
          .on('end', () => resolve(answer))
          .on('error', reject);
      });

    it.each(['FOO', 'x-y', 'QUERY', 'PROPFIND', 'TRACE', 'PATCH', 'CONNECT'])(
      'responds 405 with the methods of the path to %s',
      async (method) => {
        const ask = async (path: string) =>
          (
            await raw(
              `${method} ${path} HTTP/1.1\r\nhost: x\r\norigin: https://shop.example\r\nconnection: close\r\n\r\n`,
            )
          ).split('\r\n\r\n');
        const [head = '', body = ''] = await ask('/things/7?a=b');
        expect(head).toMatch(/^HTTP\/1.1 405 /);
        expect(head).toMatch(/^allow: DELETE, GET, HEAD, OPTIONS, PUT\r?$/im);
        expect(head).toMatch(/^access-control-allow-origin: https:\/\/shop.example\r?$/im);
        expect(JSON.parse(body)).toMatchObject({ code: 'method-not-allowed', status: 405, instance: '/things/7' });
        expect((await ask('/nothing'))[0]).toMatch(/^HTTP\/1.1 404 /);
      },
    );

    it.each([
      [
        'a 20 kB header',
        `GET /things/7 HTTP/1.1\r\nhost: x\r\nx-big: ${'a'.repeat(20_000)}\r\n\r\n`,
        431,
        'headers-too-large',
      ],
      ['a 20 kB URL', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, 431, 'headers-too-large'],
      ['no HTTP at all', 'hello\r\n\r\n', 400, 'malformed-request'],
      ['a request without Host', 'GET /things/7 HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed-request'],
      [
        'two Hosts',
        'GET /things/7 HTTP/1.1\r\nhost: x\r\nHost: evil.example\r\nconnection: close\r\n\r\n',
        400,
        'malformed-request',
      ],
      ['two Hosts in HTTP/1.0', 'GET /things/7 HTTP/1.0\r\nhost: x\r\nHost: x\r\n\r\n', 400, 'malformed-request'],
      [
        'an unknown expectation',
        'GET /things/7 HTTP/1.1\r\nhost: x\r\nexpect: magic\r\n\r\n',
        400,
        'malformed-request',
      ],
    ])('refuses %s with a problem', async (_, text, status, code) => {
      const [head = '', body = ''] = (await raw(text)).split('\r\n\r\n');
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toMatch(/content-type: application\/problem\+json/);
      expect(head).toMatch(/x-content-type-options: nosniff/i);
      const problem = JSON.parse(body) as { code: string; request_id: string };
      expect(problem.code).toBe(code);
      expect(head).toContain(`x-request-id: ${problem.request_id}`);
    });
  });
});
