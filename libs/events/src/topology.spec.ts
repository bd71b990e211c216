import { filterPolicy, names, queueOf, queuesOf } from './topology.js';

const hears = ['order.created', 'user.deleted'] as const;

describe('the topology', () => {
  it('names a resource after its stage and app', () => {
    const dev = names('dev');
    expect([dev.topic, dev.queue('orders'), dev.deadLetterQueue('orders')]).toEqual([
      'commerce-dev-events',
      'commerce-dev-orders',
      'commerce-dev-orders-dlq',
    ]);
  });

  it('has a queue for each service that hears of something', () => {
    expect(Object.keys(queuesOf({ users: {}, orders: { hears } }))).toEqual(['orders']);
    expect(filterPolicy(queueOf({ hears }))).toEqual({ event_type: hears });
  });

  it('lets a service ask for other than the usual', () => {
    const usual = queueOf({ hears });
    expect(queueOf({ hears, queue: { maxReceiveCount: 9 } })).toEqual({ ...usual, maxReceiveCount: 9 });
  });
});
