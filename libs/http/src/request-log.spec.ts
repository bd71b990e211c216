import { createHmac } from 'node:crypto';
import { type Metric, Metrics } from '@app/telemetry';
import { type EdgeApp, startEdgeApp } from '../../../test/support/http-edge-app.js';

class RecordingMetrics extends Metrics {
  readonly all: unknown[][] = [];
  override count({ name }: Metric, ...about: unknown[]): void {
    this.all.push([name, ...about]);
  }
  override time({ name }: Metric, ...about: unknown[]): void {
    this.all.push([name, ...about]);
  }
  override watch(): void {}
}

describe('the log and metrics of a request', () => {
  const metrics = new RecordingMetrics();
  const seconds = expect.any(Number) as number;
  let edge: EdgeApp;
  beforeAll(async () => {
    edge = await startEdgeApp({ metrics });
  });
  beforeEach(() => {
    edge.lines.length = 0;
    metrics.all.length = 0;
  });
  afterAll(() => edge.close());
  const lines = () => edge.lines.filter(({ message }) => message === 'request');

  it('are one flat line: ids, the route and not the path, status, time, and the user by a keyed hash', async () => {
    const headers = {
      authorization: `Bearer ${await edge.sign({ sub: '5' })}`,
      'x-request-id': 'told-request',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    await edge.app.inject({ url: '/me/items/17?status=open', headers });
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        service: 'edge',
        request_id: 'told-request',
        trace_id: 'a'.repeat(32),
        method: 'GET',
        route: '/me/items/:item_id',
        status: 422,
        ms: seconds,
        user: createHmac('sha256', 'k'.repeat(32)).update('log:user:5').digest('hex').slice(0, 16),
        message: 'request',
      },
    ]);
  });

  it('are one measurement per route template, and whether the response came from a cache', async () => {
    await edge.app.inject('/things/17');
    await edge.app.inject('/things/raw');
    await edge.app.inject('/nothing/ann@example.com');
    const of = (route: string, status: string) => ['http_request_seconds', { method: 'GET', route, status }, seconds];
    expect(metrics.all).toEqual([
      of('/things/:thing_id', '200'),
      of('/things/raw', '200'),
      ['cache_answers_total', { route: '/things/raw', outcome: 'HIT' }],
      of('unrouted', '404'),
    ]);
  });

  it('log health checks at debug level only', async () => {
    await edge.app.inject('/health/live');
    expect(lines()).toMatchObject([{ level: 'debug' }]);
  });
});
