import { loadConfig } from '@app/config';
import { NotifierConfig } from './notifier.config.js';

const environment = {
  DATABASE_URL: 'file:notifier.db',
  QUEUE_URL: 'http://127.0.0.1:4566/000000000000/commerce-local-notifier',
  MAIL_FROM: 'Shop <shop@example.com>',
  ACCOUNT_URL: 'https://shop.example/account',
  PAYMENT_URL: 'https://shop.example/pay',
  FINGERPRINT_KEY: 'k'.repeat(32),
};

describe('NotifierConfig', () => {
  it('needs a queue, a sender and the pages that e-mails link to, but no topic', () => {
    expect(loadConfig(NotifierConfig, environment)).toMatchObject({
      ...environment,
      HOST: '127.0.0.1',
      PORT: 3000,
      LOG_LEVEL: 'info',
    });
    expect(() => loadConfig(NotifierConfig, { DATABASE_URL: 'file:x.db' })).toThrow(
      /QUEUE_URL.*\n.*MAIL_FROM.*\n.*ACCOUNT_URL.*\n.*PAYMENT_URL.*\n.*FINGERPRINT_KEY/,
    );
  });

  it.each([
    ['Käse Shop <shop@käse.example>', 'Käse Shop <shop@xn--kse-qla.example>'],
    ["o'brien@example.com", "o'brien@example.com"],
    ['"Shop, Inc." <a+b@example.com>', '"Shop, Inc." <a+b@example.com>'],
  ])('accepts the sender %s', (given, sender) => {
    expect(loadConfig(NotifierConfig, { ...environment, MAIL_FROM: given }).MAIL_FROM).toBe(sender);
  });

  it.each(['käse@example.com', 'Shop <käse@example.com>', 'Shop <"a b"@example.com>', 'a@b', 'a,b@example.com'])(
    'refuses the sender %s, which SES does not accept',
    (sender) => {
      expect(() => loadConfig(NotifierConfig, { ...environment, MAIL_FROM: sender })).toThrow(
        'MAIL_FROM must be an address',
      );
    },
  );

  it('refuses a sender that would inject another header, without repeating it', () => {
    const sender = 'Shop <shop@example.com>\r\nBcc: x@example.com';
    expect(() => loadConfig(NotifierConfig, { ...environment, MAIL_FROM: sender })).toThrow(
      'MAIL_FROM must be an address',
    );
  });
});
