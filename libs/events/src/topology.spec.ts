import { EVENT_TYPES } from './event-types.js';
import { CONSUMERS, filterPolicy, names, TOPOLOGY } from './topology.js';

describe('the topology', () => {
  it.each(CONSUMERS)('keeps dead letters of %s longer than the queue keeps messages', (app) => {
    const { dlqRetentionSeconds, retentionSeconds } = TOPOLOGY.queues[app];
    expect(dlqRetentionSeconds).toBeGreaterThan(retentionSeconds);
  });

  it('delivers every event to a consumer, except registrations, which nobody needs yet', () => {
    const delivered = new Set<string>(CONSUMERS.flatMap((app) => filterPolicy(app).event_type));
    expect(EVENT_TYPES.filter((type) => !delivered.has(type))).toEqual(['user.registered']);
  });

  it('names a resource after its stage and app', () => {
    const dev = names('dev');
    expect([dev.topic, dev.queue('orders'), dev.deadLetterQueue('orders')]).toEqual([
      'commerce-dev-events',
      'commerce-dev-orders',
      'commerce-dev-orders-dlq',
    ]);
  });

  it('stays within the 150 filter conditions of a subscription', () => {
    for (const app of CONSUMERS) expect(filterPolicy(app).event_type.length).toBeLessThanOrEqual(150);
  });
});
