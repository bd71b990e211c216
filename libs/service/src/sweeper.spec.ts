import { currentContext, newContext, runWithContext } from '@app/kernel';
import { Logger } from '@nestjs/common';
import { eventually } from '../../../test/support/eventually.js';
import { Sweeper } from './sweeper.js';

class CountingSweeper extends Sweeper {
  begun = 0;
  ended = 0;
  work: () => Promise<void> = () => Promise.resolve();

  async sweep(): Promise<number> {
    this.begun++;
    await this.work();
    return ++this.ended;
  }
}

describe('a sweeper', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('sweeps again and again, also after a sweep that failed', async () => {
    const sweeper = new CountingSweeper();
    sweeper.work = () => (sweeper.begun === 1 ? Promise.reject(new Error('no database')) : Promise.resolve());
    sweeper.start(1);
    await eventually(async () => expect(sweeper.ended).toBeGreaterThan(2));
    await sweeper.beforeApplicationShutdown();
  });

  it('never sweeps twice at once, and the end waits for the sweep under way', async () => {
    const sweeper = new CountingSweeper();
    let finish: () => void = () => undefined;
    sweeper.work = () => new Promise((resolve) => (finish = resolve));
    sweeper.start(1);
    await eventually(async () => expect(sweeper.begun).toBe(1));
    let over = false;
    const end = sweeper.beforeApplicationShutdown().then(() => (over = true));
    await new Promise(setImmediate);
    expect([over, sweeper.begun]).toEqual([false, 1]);
    finish();
    await end;
    expect([sweeper.begun, sweeper.ended]).toEqual([1, 1]);
  });

  it('leaves it to others when there is no pause', async () => {
    const sweeper = new CountingSweeper();
    sweeper.start(0);
    await sweeper.beforeApplicationShutdown();
    expect(sweeper.begun).toBe(0);
  });

  it('sweeps at once when it is woken, and once more when it is woken meanwhile', async () => {
    const sweeper = new CountingSweeper();
    sweeper.work = () => {
      if (sweeper.begun === 1) for (let n = 0; n < 3; n++) sweeper.wake();
      return Promise.resolve();
    };
    sweeper.wake();
    await eventually(async () => expect(sweeper.ended).toBe(2));
    await sweeper.beforeApplicationShutdown();
    sweeper.wake();
    expect(sweeper.begun).toBe(2);
  });

  it('works off more than a batch in one sweep, several at once, and ends where somebody else was faster', async () => {
    const due = Array.from({ length: 130 }, (_, n) => n);
    const running = new Set<number>();
    let most = 0;
    class Working extends Sweeper {
      sweep(): Promise<number> {
        return this.workOff({ batch: 50, atOnce: 8 }, (limit) => Promise.resolve(due.splice(0, limit)), work);
      }
    }
    const work = async (n: number): Promise<boolean> => {
      running.add(n);
      most = Math.max(most, running.size);
      await new Promise(setImmediate);
      running.delete(n);
      return n % 10 !== 0;
    };
    expect(await new Working().sweep()).toBe(117);
    expect([due.length, most]).toEqual([0, 8]);
  });

  it('leaves the rest of an endless amount of work to the next sweep', async () => {
    class Endless extends Sweeper {
      sweep(): Promise<number> {
        return this.workOff(
          { batch: 2, atOnce: 2 },
          () => Promise.resolve([1, 2]),
          () => Promise.resolve(true),
        );
      }
    }
    expect(await new Endless().sweep()).toBe(40);
  });

  it('does all of one sweep under one request id, which is of no other sweep and not of who woke it', async () => {
    const sweeper = new CountingSweeper();
    const seen: string[] = [];
    const waker = newContext();
    sweeper.work = async () => {
      seen.push(currentContext().requestId);
      await Promise.resolve();
      seen.push(currentContext().requestId);
    };
    sweeper.start(1);
    runWithContext(waker, () => sweeper.wake());
    await eventually(async () => expect(sweeper.ended).toBeGreaterThan(3));
    await sweeper.beforeApplicationShutdown();
    const counts = [...Map.groupBy(seen, (id) => id).values()].map(({ length }) => length);
    expect(counts).toEqual(Array.from({ length: sweeper.ended }, () => 2));
    expect(seen).not.toContain(waker.requestId);
  });
});
