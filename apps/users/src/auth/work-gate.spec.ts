import { WorkGate } from './work-gate.js';

describe('WorkGate', () => {
  it('gives a place back when a job fails, and keeps the order of the line', async () => {
    const gate = new WorkGate({ parallel: 1, waiting: 2, refusal: () => new Error('full') });
    const order: string[] = [];
    const job = (name: string, fails = false) =>
      gate.run(async () => {
        await Promise.resolve();
        order.push(name);
        if (fails) throw new Error(name);
      });
    const outcomes = await Promise.allSettled([job('a', true), job('b'), job('c'), job('d')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected']);
    expect(outcomes[3]).toMatchObject({ reason: { message: 'full' } });
    await job('e');
    expect(order).toEqual(['a', 'b', 'c', 'e']);
  });
});
