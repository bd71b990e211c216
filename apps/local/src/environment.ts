import { type Environment, serviceDatabaseUrl } from '@app/config';
import { type Consumer, MANIFESTS, type ServiceName, SERVICES } from '../../manifests.js';
import type { LocalSecrets } from './embedded/secrets.js';
import { LOCAL_ORIGINS } from './machine/this-machine.js';
import { MEDIA_BUCKET } from './media/media-door.js';

export type Overrides = Partial<Record<ServiceName, Environment>>;

/** Where the embedded Stripe is, and what it and the platform know each other by. */
export interface EmbeddedStripe {
  endpoint: string;
  secretKey: string;
  webhookSecret: string;
}

/** The addresses of the embedded parts, and the settings of the person who starts the platform. */
export interface Surroundings {
  dataDir: string;
  /** Whether only this machine can reach the platform; default false. */
  isLoopback?: boolean;
  publicUrl: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  logLevel: string;
  awsEndpoint: string;
  mailEndpoint: string;
  /** Without it payments by card are unavailable. */
  stripe?: EmbeddedStripe;
  topicArn: string;
  queueUrls: Record<Consumer, string>;
  /** The port of every service that answers commands. */
  commandPorts: Partial<Record<ServiceName, number>>;
  /** New at each start. */
  commandsSecret: string;
  secrets: LocalSecrets;
  admin?: { email: string; password: string } | undefined;
  /** The environment of `npm start`: every setting of a service except the addresses of its parts. */
  settings?: Environment | undefined;
  /** Further variables for a service, for tests. */
  overrides?: Overrides | undefined;
}

/** Each service's environment, as if it ran alone; each validates its own. */
export function environments(s: Surroundings): Record<ServiceName, Environment> {
  const asked = { ...defaults(s), ...given(s.settings) };
  return Object.fromEntries(
    SERVICES.map((name) => [name, { ...asked, ...placesOf(name, s), ...s.overrides?.[name] }]),
  ) as Record<ServiceName, Environment>;
}

/** The default settings. */
function defaults(surroundings: Surroundings): Environment {
  const { isLoopback = false, publicUrl, secrets } = surroundings;
  return {
    // On one machine all callers have the same address, and a load test only affects its own user.
    ...(isLoopback && { LIMIT_PER_ADDRESS: '1000000', LIMIT_PER_USER: '1000000' }),
    CORS_ORIGINS: LOCAL_ORIGINS,
    FINGERPRINT_KEY: secrets.fingerprintKey,
    JWT_KEYS: secrets.jwtKeys,
    MAIL_FROM: 'Commerce <no-reply@example.com>',
    STAFF_EMAIL: 'staff@example.com',
    ACCOUNT_URL: `${publicUrl}/account`,
    PAYMENT_URL: `${publicUrl}/dev/payments`,
    ...embeddedStripe(surroundings),
    // Who pays by card pays at once.
    ...(isPaidByCard(surroundings) && { UNPAID_ORDER_TTL: '30m' }),
  };
}

const isPaidByCard = ({ stripe, settings }: Surroundings): boolean =>
  stripe !== undefined || !usesEmbeddedStripe(settings);

/** Whether payments uses the embedded Stripe: unless it was given an account. */
export function usesEmbeddedStripe(settings: Environment | undefined): boolean {
  return given(settings)['STRIPE_SECRET_KEY'] === undefined;
}

function embeddedStripe({ stripe, settings }: Surroundings): Environment {
  if (!stripe || !usesEmbeddedStripe(settings)) return {};
  const { hostname, port } = new URL(stripe.endpoint);
  return {
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_WEBHOOK_SECRETS: stripe.webhookSecret,
    STRIPE_HOST: hostname,
    STRIPE_PORT: port,
    STRIPE_PROTOCOL: 'http',
  };
}

/** Treats an empty variable as unset. */
function given(settings: Environment = {}): Environment {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));
}

/** Variables set by the start itself: it creates the parts, so only it knows their addresses. */
function placesOf(name: ServiceName, s: Surroundings): Environment {
  const { answers, asks = {}, hears } = MANIFESTS[name];
  const port = (service: string) => String(s.commandPorts[service as ServiceName]);
  const commands = Object.keys(asks).map((asked) => [
    `${asked.toUpperCase()}_COMMANDS`,
    `tcp://127.0.0.1:${port(asked)}`,
  ]);
  return {
    ...sharedPlaces(name, s),
    COMMANDS_PORT: answers && port(name),
    ...(hears && { QUEUE_URL: s.queueUrls[name as Consumer] }),
    ...(Object.fromEntries(commands) as Environment),
    // If unset, account e-mails link to pages of the users service.
    ...(name === 'users' && { ACCOUNT_URL: given(s.settings)['ACCOUNT_URL'] }),
    // Uploads come in by the gateway, which alone is reached from outside; another address may stand before it.
    ...(name === 'products' && {
      MEDIA_BUCKET,
      MEDIA_ENDPOINT: given(s.settings)['MEDIA_ENDPOINT'] ?? s.publicUrl,
      MEDIA_COMMANDS: undefined,
    }),
  };
}

const sharedPlaces = (name: ServiceName, s: Surroundings): Environment => ({
  STAGE: 'local',
  LOG_LEVEL: s.logLevel,
  HOST: undefined,
  PORT: '0',
  DATABASE_URL: serviceDatabaseUrl(s, name),
  DATABASE_SECRET: undefined,
  DATABASE_MIGRATIONS: undefined,
  SECRETS: undefined,
  AWS_REGION: undefined,
  AWS_ENDPOINT_URL: s.awsEndpoint,
  AWS_ENDPOINT_URL_SES: s.mailEndpoint,
  TOPIC_ARN: s.topicArn,
  COMMANDS_HOST: '127.0.0.1',
  COMMANDS_SECRET: s.commandsSecret,
  PSP_COMMANDS: undefined,
  REDIS_URL: s.redisUrl,
  ADMIN_EMAIL: s.admin?.email,
  ADMIN_PASSWORD: s.admin?.password,
});
