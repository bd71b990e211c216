import { createLogger } from './index.js';

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
    ...['email', 'customer_email', 'full_name', 'phone_number', 'address', 'shipping_address', 'to'],
  ])('never writes %s, whoever hands it over', (field) => {
    expect(write({ [field]: 'canary', kept: 1 })).toMatch(/"kept":1/);
    expect(write({ [field]: 'canary' })).not.toContain('canary');
    expect(write({ body: { [field]: 'canary' } })).not.toContain('canary');
  });
});
