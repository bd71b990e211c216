import { Deadlines } from './deadlines.js';

describe('Deadlines', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('calls back each wait that was not stopped, at its own time, and once', () => {
    const deadlines = new Deadlines(1_000);
    const late: string[] = [];
    const begin = (name: string) => deadlines.start(() => late.push(`${name} at ${performance.now() - began}`));
    const began = performance.now();
    const stopped = begin('stopped');
    begin('first');
    jest.advanceTimersByTime(400);
    begin('second');
    deadlines.stop(stopped);
    jest.advanceTimersByTime(5_000);
    expect(late).toEqual(['first at 1000', 'second at 1400']);
    begin('later');
    jest.advanceTimersByTime(5_000);
    expect(late.slice(2)).toEqual(['later at 6400']);
  });

  it('lets a callback start another wait', () => {
    const deadlines = new Deadlines(1_000);
    let rounds = 0;
    const again = (): void => {
      rounds += 1;
      if (rounds < 3) deadlines.start(again);
    };
    deadlines.start(again);
    jest.advanceTimersByTime(10_000);
    expect(rounds).toBe(3);
    expect(jest.getTimerCount()).toBe(0);
  });
});
