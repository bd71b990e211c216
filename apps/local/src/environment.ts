import { type Environment, serviceDatabaseUrl } from '@app/config';
import type { LocalSecrets } from './embedded/secrets.js';

export const SERVICES = ['users', 'products', 'orders', 'notifier'] as const;
export type ServiceName = (typeof SERVICES)[number];

export type Overrides = Partial<Record<ServiceName, Environment>>;

/** Pages of this machine, whatever port a front-end's own server has. */
export const LOCAL_ORIGINS = 'http://localhost:*, https://localhost:*, http://127.0.0.1:*, http://[::1]:*';

/** Where the embedded parts ended up, and what the person who starts the platform asked for. */
export interface Surroundings {
  dataDir: string;
  /** Whether nobody but this machine can reach the platform; default no. */
  isLoopback?: boolean;
  publicUrl: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  logLevel: string;
  awsEndpoint: string;
  mailEndpoint: string;
  topicArn: string;
  queueUrls: Record<'products' | 'orders' | 'notifier', string>;
  commandPorts: Record<'users' | 'products' | 'orders', number>;
  /** New at each start. */
  commandsSecret: string;
  secrets: LocalSecrets;
  admin?: { email: string; password: string } | undefined;
  /** What the environment of `npm start` says: every setting of a service, but for where its parts are. */
  settings?: Environment | undefined;
  /** Further variables for a service, for tests. */
  overrides?: Overrides | undefined;
}

/** The variables each service would find in its environment if it ran alone; each validates its own. */
export function environments(s: Surroundings): Record<ServiceName, Environment> {
  const asked = { ...defaults(s), ...given(s.settings) };
  const places = placesOfEach(s);
  return Object.fromEntries(
    SERVICES.map((name) => [name, { ...asked, ...places[name], ...s.overrides?.[name] }]),
  ) as Record<ServiceName, Environment>;
}

/** What the settings say where nobody asked for something else. */
function defaults({ isLoopback = false, publicUrl, secrets }: Surroundings): Environment {
  return {
    // On one machine everybody has the same address, and whoever runs a load is the only one hurt by it.
    ...(isLoopback && { LIMIT_PER_ADDRESS: '1000000', LIMIT_PER_USER: '1000000' }),
    CORS_ORIGINS: LOCAL_ORIGINS,
    FINGERPRINT_KEY: secrets.fingerprintKey,
    JWT_KEYS: secrets.jwtKeys,
    MAIL_FROM: 'Commerce <no-reply@example.com>',
    STAFF_EMAIL: 'staff@example.com',
    ACCOUNT_URL: `${publicUrl}/account`,
  };
}

/** An empty variable is none. */
function given(settings: Environment = {}): Environment {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));
}

/** What the start itself decides: it makes the parts, so only it knows where they are. */
function placesOfEach(s: Surroundings): Record<ServiceName, Environment> {
  const shared = (service: ServiceName): Environment => ({
    STAGE: 'local',
    LOG_LEVEL: s.logLevel,
    HOST: undefined,
    PORT: '0',
    DATABASE_URL: serviceDatabaseUrl(s, service),
    DATABASE_SECRET: undefined,
    DATABASE_MIGRATIONS: undefined,
    SECRETS: undefined,
    AWS_REGION: undefined,
    AWS_ENDPOINT_URL: s.awsEndpoint,
    AWS_ENDPOINT_URL_SES: s.mailEndpoint,
    TOPIC_ARN: s.topicArn,
    COMMANDS_HOST: '127.0.0.1',
    COMMANDS_SECRET: s.commandsSecret,
    REDIS_URL: s.redisUrl,
    ADMIN_EMAIL: s.admin?.email,
    ADMIN_PASSWORD: s.admin?.password,
  });
  const address = (service: 'users' | 'products' | 'orders') => `tcp://127.0.0.1:${s.commandPorts[service]}`;
  return {
    users: {
      ...shared('users'),
      COMMANDS_PORT: String(s.commandPorts.users),
      // Unset, the users service serves the pages that account e-mails lead to.
      ACCOUNT_URL: given(s.settings)['ACCOUNT_URL'],
    },
    products: {
      ...shared('products'),
      COMMANDS_PORT: String(s.commandPorts.products),
      QUEUE_URL: s.queueUrls.products,
      USERS_COMMANDS: address('users'),
      ORDERS_COMMANDS: address('orders'),
    },
    orders: {
      ...shared('orders'),
      COMMANDS_PORT: String(s.commandPorts.orders),
      QUEUE_URL: s.queueUrls.orders,
      USERS_COMMANDS: address('users'),
      PRODUCTS_COMMANDS: address('products'),
    },
    notifier: { ...shared('notifier'), QUEUE_URL: s.queueUrls.notifier },
  };
}
