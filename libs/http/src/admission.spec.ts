import { createLogger } from '@app/telemetry';
import { eventually } from '../../../test/support/eventually.js';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';
import { running as work, TasksController } from '../../../test/support/tasks-controller.js';
import { Admission } from './admission.js';
import { admissionOf } from './create-http-app.js';

describe('admission', () => {
  let edge: EdgeApp;
  beforeEach(async () => {
    work.length = 0;
    const admission = { inFlight: 4, eventLoopDelay: 0 };
    edge = await startEdgeApp({ controllers: [TasksController], admission });
  });
  afterEach(() => edge.close());

  const begin = async (method: 'GET' | 'POST', url: string) => {
    const before = work.length;
    const answer = edge.app.inject({ method, url });
    await eventually(() => expect(work.length).toBe(before + 1));
    return { answer };
  };
  const status = async (method: 'GET' | 'POST', url: string) => (await edge.app.inject({ method, url })).statusCode;

  it('refuses lists first, then reads, orders last, and never health checks', async () => {
    const running = [await begin('GET', '/tasks'), await begin('GET', '/tasks')];
    expect(await status('GET', '/tasks')).toBe(503);
    running.push(await begin('GET', '/tasks/1'));
    expect(await status('GET', '/tasks/1')).toBe(503);
    running.push(await begin('POST', '/tasks'));
    expect(await status('POST', '/tasks')).toBe(503);
    expect(await status('GET', '/health/ready')).toBe(200);
    for (const finish of work) finish();
    for (const { answer } of running) expect((await answer).json()).toEqual({ done: true });
    await begin('GET', '/tasks');
    for (const finish of work) finish();
  });

  it('refuses with a problem document that has Retry-After, and logs it once', async () => {
    for (let n = 0; n < 4; n++) await begin('POST', '/tasks');
    const refused = await edge.app.inject({
      method: 'GET',
      url: '/tasks/7',
      headers: { 'x-request-id': 'overload-1' },
    });
    expect(refused.json()).toMatchObject({
      code: 'overloaded',
      status: 503,
      instance: '/tasks/7',
      request_id: 'overload-1',
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(refused.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'overload-1',
    });
    await status('GET', '/tasks');
    expect(edge.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      { in_flight: 4, refused: { normal: 1 }, message: 'overloaded: refusing requests' },
    ]);
    for (const finish of work) finish();
  });

  it('accepts fewer requests while other work is running', async () => {
    let commands = 2;
    admissionOf(edge.app).countAlso(() => commands);
    expect(await status('GET', '/tasks')).toBe(503);
    commands = 1;
    const { answer } = await begin('GET', '/tasks');
    for (const finish of work) finish();
    expect((await answer).statusCode).toBe(200);
  });

  it('refuses only while the event loop lags', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' });
    const admission = new Admission({ inFlight: 0, eventLoopDelay: 40 }, logger);
    const stop = admission.watch();
    await eventually(() => {
      const until = performance.now() + 100;
      while (performance.now() < until);
      expect(admission.hasRoomFor('critical')).toBe(false);
    });
    await eventually(() => expect(admission.hasRoomFor('optional')).toBe(true));
    stop();
  });
});
