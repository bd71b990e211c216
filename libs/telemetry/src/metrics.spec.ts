import { backgroundSettled } from '@app/async';
import { EmfMetrics } from './emf-metrics.js';
import { declareMetric } from './metrics.js';
import { Prometheus } from './prometheus.js';

const REQUESTS = declareMetric(
  'duration',
  'http_request_seconds',
  'Help.',
  ['method', 'route', 'status'],
  ['method', 'status'],
);
const ANSWERS = declareMetric('count', 'cache_answers_total', 'Help.', ['route', 'outcome']);
const WAITING = declareMetric('gauge', 'outbox_waiting', 'Help.');
const PARKED = declareMetric('gauge', 'outbox_parked', 'Help.');
const CONNECTIONS = declareMetric('gauge', 'database_connections', 'Help.', ['state']);

const route = { method: 'GET', route: '/products/:product_id', status: '200' };

it('a metric has a name of its own', () => {
  expect(() => declareMetric('count', 'outbox_waiting', 'Help.')).toThrow(
    'The metric outbox_waiting is declared twice.',
  );
});

describe('metrics for Prometheus', () => {
  it('are reported per service, with gauges read when they are fetched', async () => {
    const prometheus = await Prometheus.load();
    const [products, orders] = [prometheus.of('products'), prometheus.of('orders')];
    products.time(REQUESTS, route, 0.004);
    products.time(REQUESTS, route, 0.2);
    products.count(ANSWERS, { route: route.route, outcome: 'HIT' });
    let waiting = 1;
    products.watch(WAITING, {}, () => waiting);
    orders.watch(WAITING, {}, () => Promise.resolve(7));
    orders.watch(PARKED, {}, () => Promise.reject(new Error('The database is away.')));
    waiting = 3;
    const text = await prometheus.text();
    const labels = 'service="products",method="GET",route="/products/:product_id",status="200"';
    expect(text).toContain(`http_request_seconds_bucket{le="0.005",${labels}} 1`);
    expect(text).toContain(`http_request_seconds_count{${labels}} 2`);
    expect(text).toContain('cache_answers_total{service="products",route="/products/:product_id",outcome="HIT"} 1');
    expect(text).toContain('outbox_waiting{service="products"} 3');
    expect(text).toContain('outbox_waiting{service="orders"} 7');
    expect(text).not.toMatch(/^outbox_parked\{/m);
  });
});

describe('durations', () => {
  it('count in the first bucket that is long enough and in every longer one, per combination of labels', async () => {
    const prometheus = await Prometheus.load();
    const products = prometheus.of('products');
    for (const seconds of [0.001, 0.0011, 61]) products.time(REQUESTS, route, seconds);
    products.time(REQUESTS, { ...route, status: '304' }, 0.002);
    const text = await prometheus.text();
    const labels = 'service="products",method="GET",route="/products/:product_id",status="200"';
    const buckets = [...text.matchAll(/_bucket\{le="([^"]+)",(.*)\} (\d+)/g)].filter(([, , of]) => of === labels);
    expect(buckets.map(([, bound, , count]) => `${bound}: ${count}`)).toEqual([
      '0.001: 1',
      ...['0.0025', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '60'].map(
        (bound) => `${bound}: 2`,
      ),
      '+Inf: 3',
    ]);
    expect(text).toContain(`http_request_seconds_sum{${labels}} 61.0021`);
    expect(text).toContain(`http_request_seconds_count{${labels.replace('200', '304')}} 1`);
    expect(text).toContain('# TYPE http_request_seconds histogram');
  });
});

describe('metrics for CloudWatch', () => {
  const emf = () => {
    const lines: string[] = [];
    const metrics = new EmfMetrics({ service: 'orders', stage: 'dev' }, (line) => void lines.push(line));
    return { metrics, told: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  it('are lines in the embedded metric format, with labels as dimensions, except those with too many values', () => {
    const { metrics, told } = emf();
    metrics.time(REQUESTS, route, 0.0123456789);
    expect(told()).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number) as number,
          CloudWatchMetrics: [
            {
              Namespace: 'Commerce',
              Dimensions: [['stage', 'service', 'route']],
              Metrics: [{ Name: 'http_request_seconds', Unit: 'Seconds' }],
            },
          ],
        },
        service: 'orders',
        stage: 'dev',
        ...route,
        http_request_seconds: 0.012346,
      },
    ]);
  });

  it('report gauges on request, without those that cannot be read', async () => {
    const { metrics, told } = emf();
    metrics.watch(WAITING, {}, () => Promise.resolve(4));
    metrics.watch(PARKED, {}, () => {
      throw new Error('The database is away.');
    });
    expect(told()).toEqual([]);
    await metrics.reportGauges();
    expect(told()).toMatchObject([{ outbox_waiting: 4 }]);
  });

  it('report gauges with a measurement, at most once a minute', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
    const { metrics, told } = emf();
    const names = () => told().map((line) => Object.keys(line).at(-1));
    const measure = async () => {
      metrics.time(REQUESTS, route, 0.01);
      await backgroundSettled(1_000);
    };
    metrics.watch(CONNECTIONS, { state: 'busy' }, () => 2);
    for (let request = 0; request < 3; request++) await measure();
    expect(names().filter((name) => name === 'database_connections')).toHaveLength(1);
    jest.advanceTimersByTime(60_000);
    await measure();
    expect(names().filter((name) => name === 'database_connections')).toHaveLength(2);
    expect(told().at(-1)).toMatchObject({ service: 'orders', stage: 'dev', state: 'busy', database_connections: 2 });
    jest.useRealTimers();
  });
});
