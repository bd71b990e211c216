import { type Environment, serviceDatabaseUrl } from '@app/config';
import type { LocalSecrets } from './embedded/secrets.js';

export const SERVICES = ['users', 'products', 'orders', 'notifier'] as const;
export type ServiceName = (typeof SERVICES)[number];

export type Overrides = Partial<Record<ServiceName, Environment>>;

/** Where the embedded parts ended up, and what the person who starts the platform asked for. */
export interface Surroundings {
  dataDir: string;
  publicUrl: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  logLevel: string;
  awsEndpoint: string;
  mailEndpoint: string;
  topicArn: string;
  queueUrls: Record<'products' | 'orders' | 'notifier', string>;
  commandPorts: Record<'users' | 'products' | 'orders', number>;
  secrets: LocalSecrets;
  admin?: { email: string; password: string } | undefined;
  /** Further variables for a service, for tests. */
  overrides?: Overrides | undefined;
}

/** The variables each service would find in its environment if it ran alone; each validates its own. */
export function environments(s: Surroundings): Record<ServiceName, Environment> {
  const shared = (service: ServiceName): Environment => ({
    STAGE: 'local',
    LOG_LEVEL: s.logLevel,
    PORT: '0',
    DATABASE_URL: serviceDatabaseUrl(s, service),
    AWS_ENDPOINT_URL: s.awsEndpoint,
    TOPIC_ARN: s.topicArn,
    FINGERPRINT_KEY: s.secrets.fingerprintKey,
    COMMANDS_HOST: '127.0.0.1',
    REDIS_URL: s.redisUrl,
  });
  // On one machine everybody has the same address, and whoever runs a load is the only one hurt by it.
  const limits: Environment = { LIMIT_PER_ADDRESS: '1000000', LIMIT_PER_USER: '1000000' };
  const address = (service: 'users' | 'products' | 'orders') => `tcp://127.0.0.1:${s.commandPorts[service]}`;
  const accountUrl = `${s.publicUrl}/account`;
  const own: Record<ServiceName, Environment> = {
    users: {
      ...shared('users'),
      ...limits,
      COMMANDS_PORT: String(s.commandPorts.users),
      JWT_KEYS: s.secrets.jwtKeys,
      ADMIN_EMAIL: s.admin?.email,
      ADMIN_PASSWORD: s.admin?.password,
    },
    products: {
      ...shared('products'),
      ...limits,
      COMMANDS_PORT: String(s.commandPorts.products),
      QUEUE_URL: s.queueUrls.products,
      USERS_COMMANDS: address('users'),
      ORDERS_COMMANDS: address('orders'),
    },
    orders: {
      ...shared('orders'),
      ...limits,
      COMMANDS_PORT: String(s.commandPorts.orders),
      QUEUE_URL: s.queueUrls.orders,
      USERS_COMMANDS: address('users'),
      PRODUCTS_COMMANDS: address('products'),
    },
    notifier: {
      ...shared('notifier'),
      QUEUE_URL: s.queueUrls.notifier,
      AWS_ENDPOINT_URL_SES: s.mailEndpoint,
      MAIL_FROM: 'Commerce <no-reply@example.com>',
      STAFF_EMAIL: 'staff@example.com',
      ACCOUNT_URL: accountUrl,
    },
  };
  for (const name of SERVICES) Object.assign(own[name], s.overrides?.[name]);
  return own;
}
