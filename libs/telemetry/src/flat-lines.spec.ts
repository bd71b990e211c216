import { createLogger, flatLines } from './index.js';

describe('a flat line', () => {
  it("equals the logger's own, and reports its level to the destination", () => {
    jest.useFakeTimers();
    const written: { line: string; level: number }[] = [];
    const destination = {
      [Symbol.for('pino.metadata')]: true,
      lastLevel: 0,
      write: (line: string) => written.push({ line, level: destination.lastLevel }),
    };
    const logger = createLogger({ service: 'test', level: 'debug', destination }).child({ part: 'edge' });
    const write = flatLines(logger, 'asked "why"');
    for (const level of ['info', 'debug'] as const) {
      logger[level]({ route: '/a', status: 200 }, 'asked "why"');
      logger.error('in between');
      write(level, ',"route":"/a","status":200');
      const [byLogger, , flat] = written.splice(0);
      expect(flat).toEqual(byLogger);
    }
    jest.useRealTimers();
  });
});
