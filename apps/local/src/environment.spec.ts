import { getMetadataStorage } from 'class-validator';
import { NotifierConfig } from '../../notifier/src/notifier.config.js';
import { OrdersConfig } from '../../orders/src/orders.config.js';
import { ProductsConfig } from '../../products/src/products.config.js';
import { UsersConfig } from '../../users/src/users.config.js';
import { environments, SERVICES, type ServiceName } from './environment.js';

const CONTRACTS: Record<ServiceName, new () => object> = {
  users: UsersConfig,
  products: ProductsConfig,
  orders: OrdersConfig,
  notifier: NotifierConfig,
};

/** Where the parts are that the start makes, or what it reads under a name of its own. .env.example says so at its head. */
const DECIDED_BY_THE_START = [
  ...['STAGE', 'HOST', 'PORT', 'LOG_LEVEL', 'DATABASE_URL', 'DATABASE_SECRET', 'DATABASE_MIGRATIONS', 'SECRETS'],
  ...['AWS_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SES', 'TOPIC_ARN', 'QUEUE_URL', 'REDIS_URL'],
  ...['COMMANDS_HOST', 'COMMANDS_PORT', 'COMMANDS_SECRET', 'USERS_COMMANDS', 'PRODUCTS_COMMANDS', 'ORDERS_COMMANDS'],
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
  topicArn: 'arn:aws:sns:eu-west-1:000000000000:topic',
  queueUrls: { products: 'http://q/p', orders: 'http://q/o', notifier: 'http://q/n' },
  commandPorts: { users: 1, products: 2, orders: 3 },
  commandsSecret: 's'.repeat(32),
  secrets: { jwtKeys: '{"keys":[]}', fingerprintKey: 'k'.repeat(32) },
  settings,
});

describe('the environments of npm start', () => {
  describe.each(SERVICES)('%s', (name) => {
    it.each(variables(CONTRACTS[name]))(
      'gets %s from whoever starts the platform, or the start decides it',
      (variable) => {
        const [asked, silent] = [
          environments(surroundings({ [variable]: 'what was asked' })),
          environments(surroundings({})),
        ];
        const expected = DECIDED_BY_THE_START.includes(variable) ? silent[name][variable] : 'what was asked';
        expect(asked[name][variable]).toBe(expected);
      },
    );
  });

  it('takes an empty variable for none', () => {
    const { notifier } = environments(surroundings({ MAIL_FROM: '' }));
    expect(notifier['MAIL_FROM']).toBe('Commerce <no-reply@example.com>');
  });

  it('limits nobody on one machine, and everybody on a network as a service alone does', () => {
    for (const [isLoopback, limit] of [
      [true, '1000000'],
      [false, undefined],
    ] as const) {
      const { users } = environments({ ...surroundings({}), isLoopback });
      expect([users['LIMIT_PER_ADDRESS'], users['LIMIT_PER_USER']]).toEqual([limit, limit]);
    }
  });
});
