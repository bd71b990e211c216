import { bufferedOutput, createLogger } from './index.js';

describe('createLogger', () => {
  const write = (entry: object): string => {
    const lines: string[] = [];
    createLogger({ service: 'test', level: 'info', destination: { write: (line) => lines.push(line) } }).info(
      entry,
      'x',
    );
    return lines.join('');
  };

  it.each([
    ...['password', 'current_password', 'new_password', 'token', 'access_token', 'refresh_token', 'authorization'],
    ...['cart_token', 'order_token', 'cart-token', 'order-token'],
    ...['email', 'customer_email', 'full_name', 'phone_number', 'address', 'to'],
    ...['shipping_address', 'billing_address', 'ship_to', 'bill_to', 'note'],
  ])('never writes %s, whoever logs it', (field) => {
    expect(write({ [field]: 'canary', kept: 1 })).toMatch(/"kept":1/);
    expect(write({ [field]: 'canary' })).not.toContain('canary');
    expect(write({ body: { [field]: 'canary' } })).not.toContain('canary');
  });
});

describe('buffered output', () => {
  const open = () => {
    const written: string[] = [];
    const destination = bufferedOutput({ write: (lines) => written.push(lines) });
    const messages = () =>
      written.map((lines) =>
        lines
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { message: string }).message),
      );
    return { logger: createLogger({ service: 'test', level: 'info', destination }), messages };
  };

  it('writes info lines together, within 100 ms', () => {
    jest.useFakeTimers();
    const { logger, messages } = open();
    logger.info('one');
    logger.child({}, { redact: [] }).info('two');
    expect(messages()).toEqual([]);
    jest.advanceTimersByTime(100);
    expect(messages()).toEqual([['one', 'two']]);
    jest.useRealTimers();
  });

  it('writes higher levels at once, after the lines that waited', () => {
    const { logger, messages } = open();
    logger.info('one');
    logger.warn('two');
    expect(messages()).toEqual([['one', 'two']]);
  });

  it('never holds more than 64 kB', () => {
    const { logger, messages } = open();
    for (let n = 0; n < 1_000; n++) logger.info('a line of about a hundred characters');
    expect(messages().flat().length).toBeGreaterThan(500);
  });

  it('writes the waiting lines when the process exits', () => {
    const { logger, messages } = open();
    logger.info('last');
    const flush = process.listeners('exit').at(-1) as () => void;
    flush();
    expect(messages()).toEqual([['last']]);
  });
});
