import { getMetadataStorage } from 'class-validator';
import { SERVICES } from '../../manifests.js';
import { environments } from './environment.js';
import { loadService } from './load-service.js';

/** Addresses of parts that the start creates, or settings with another name there; see the head of .env.example. */
const DECIDED_BY_THE_START = [
  ...['STAGE', 'HOST', 'PORT', 'LOG_LEVEL', 'DATABASE_URL', 'DATABASE_SECRET', 'DATABASE_MIGRATIONS', 'SECRETS'],
  ...['AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SES', 'TOPIC_ARN', 'QUEUE_URL', 'REDIS_URL'],
  ...['COMMANDS_HOST', 'COMMANDS_PORT', 'COMMANDS_SECRET', 'MEDIA_BUCKET'],
  ...['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
];

const variables = (config: new () => object) => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(config, '', false, false)
      .map(({ propertyName }) => propertyName),
  ),
];

const surroundings = (settings: Record<string, string>) => ({
  dataDir: '/data',
  publicUrl: 'http://127.0.0.1:3000',
  logLevel: 'warn',
  awsEndpoint: 'http://127.0.0.1:1',
  mailEndpoint: 'http://127.0.0.1:2',
  stripe: { endpoint: 'http://127.0.0.1:3', secretKey: 'sk_test_local', webhookSecret: 'whsec_local' },
  topicArn: 'arn:aws:sns:eu-west-1:000000000000:topic',
  queueUrls: { products: 'http://q/p', orders: 'http://q/o', notifier: 'http://q/n', payments: 'http://q/m' },
  commandPorts: { users: 1, products: 2, orders: 3 },
  commandsSecret: 's'.repeat(32),
  secrets: { jwtKeys: '{"keys":[]}', fingerprintKey: 'k'.repeat(32) },
  settings,
});

describe('the environments of npm start', () => {
  it.each(SERVICES)('pass %s every setting that the start does not set itself', async (name) => {
    const { config } = await loadService(name);
    const silent = environments(surroundings({}));
    for (const variable of variables(config)) {
      const asked = environments(surroundings({ [variable]: 'what was asked' }));
      const isDecided = DECIDED_BY_THE_START.includes(variable) || variable.endsWith('_COMMANDS');
      const expected = isDecided ? silent[name][variable] : 'what was asked';
      expect([variable, asked[name][variable]]).toEqual([variable, expected]);
    }
  });

  it('lets payments use the embedded Stripe, unless there is an account', () => {
    const { payments } = environments(surroundings({}));
    expect(payments).toMatchObject({ STRIPE_HOST: '127.0.0.1', STRIPE_PORT: '3', STRIPE_PROTOCOL: 'http' });
    const { payments: real } = environments(surroundings({ STRIPE_SECRET_KEY: 'sk_test_real' }));
    expect([real['STRIPE_SECRET_KEY'], real['STRIPE_HOST'], real['STRIPE_PORT']]).toEqual([
      'sk_test_real',
      undefined,
      undefined,
    ]);
  });

  it('end unpaid orders after 30 minutes where there are payments by card, unless it is asked otherwise', () => {
    const { stripe, ...withoutStripe } = surroundings({});
    const ttlOf = (all: Parameters<typeof environments>[0]) => environments(all).orders['UNPAID_ORDER_TTL'];
    expect(ttlOf({ ...withoutStripe, stripe })).toBe('30m');
    expect(ttlOf({ ...withoutStripe, settings: { STRIPE_SECRET_KEY: 'sk_test_real' } })).toBe('30m');
    expect(ttlOf(surroundings({ UNPAID_ORDER_TTL: '24h' }))).toBe('24h');
    expect(ttlOf(withoutStripe)).toBeUndefined();
  });

  it('treats an empty variable as unset', () => {
    const { notifier } = environments(surroundings({ MAIL_FROM: '' }));
    expect(notifier['MAIL_FROM']).toBe('Commerce <no-reply@example.com>');
  });

  it('sets no limits on one machine, and the limits of a single service on a network', () => {
    for (const [isLoopback, limit] of [
      [true, '1000000'],
      [false, undefined],
    ] as const) {
      const { users } = environments({ ...surroundings({}), isLoopback });
      expect([users['LIMIT_PER_ADDRESS'], users['LIMIT_PER_USER']]).toEqual([limit, limit]);
    }
  });
});
