import { loadConfig } from './load-config.js';
import { ServiceConfig } from './service-config.js';

const environment = { DATABASE_URL: 'file:a.db', TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:events' };

describe('ServiceConfig', () => {
  it.each(['USD', 'JPY', 'KWD'])('accepts the currency %s', (CURRENCY) => {
    expect(loadConfig(ServiceConfig, { ...environment, CURRENCY })).toMatchObject({ CURRENCY });
  });

  it.each(['ZZZ', 'usd', 'US', '$', 'constructor'])('does not start with the currency %s', (CURRENCY) => {
    expect(() => loadConfig(ServiceConfig, { ...environment, CURRENCY })).toThrow(
      'CURRENCY must be the code of a currency in ISO 4217, such as USD, JPY or KWD',
    );
  });
});
