import { type Work, WorkGate } from './work-gate.js';

describe('WorkGate', () => {
  it('frees a slot when a job fails, and keeps the order of the queue', async () => {
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

  const gateWith = (waiting: number) => new WorkGate({ parallel: 1, waiting, refusal: () => new Error('full') });
  /** Starts all jobs at once; the first holds the only slot until all have arrived. */
  const run = async (gate: WorkGate, works: Work[]) => {
    const served: string[] = [];
    const outcomes = await Promise.allSettled(
      works.map(({ lane, owner }) =>
        gate.run(
          async () => {
            await new Promise(setImmediate);
            served.push(owner);
          },
          { lane, owner },
        ),
      ),
    );
    return { served, refused: works.filter((_, n) => outcomes[n]?.status === 'rejected').map(({ owner }) => owner) };
  };
  const stranger = (owner: string): Work => ({ lane: 'unknown', owner });

  it('serves known clients first, also when the queue of strangers is full', async () => {
    const known = { lane: 'known', owner: 'k' } as const;
    const { served, refused } = await run(gateWith(2), [...['a', 'b', 'c', 'd'].map(stranger), known, known]);
    expect(served).toEqual(['a', 'k', 'k', 'b', 'c']);
    expect(refused).toEqual(['d']);
  });

  it('lets owners take turns, and replaces a job of the owner with the most by a newcomer', async () => {
    const { served, refused } = await run(gateWith(4), ['a', 'a', 'a', 'a', 'a', 'b', 'c', 'd'].map(stranger));
    expect(served).toEqual(['a', 'a', 'b', 'c', 'd']);
    expect(refused).toEqual(['a', 'a', 'a']);
  });

  it('refuses newcomers when each owner in the queue has one place', async () => {
    const { served, refused } = await run(gateWith(2), ['a', 'b', 'c', 'd'].map(stranger));
    expect([served, refused]).toEqual([['a', 'b', 'c'], ['d']]);
  });
});
