import { type Environment, serviceDatabaseUrl } from '@app/config';
import { type Consumer, MANIFESTS, type ServiceName, SERVICES } from '../../manifests.js';
import type { LocalSecrets } from './embedded/secrets.js';
import { LOCAL_ORIGINS } from './machine/this-machine.js';

export type Overrides = Partial<Record<ServiceName, Environment>>;

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
  queueUrls: Record<Consumer, string>;
  /** Of every service that answers commands. */
  commandPorts: Partial<Record<ServiceName, number>>;
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
  return Object.fromEntries(
    SERVICES.map((name) => [name, { ...asked, ...placesOf(name, s), ...s.overrides?.[name] }]),
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
function placesOf(name: ServiceName, s: Surroundings): Environment {
  const { answers, asks = {}, hears } = MANIFESTS[name];
  const port = (service: string) => String(s.commandPorts[service as ServiceName]);
  const commands = Object.keys(asks).map((asked) => [
    `${asked.toUpperCase()}_COMMANDS`,
    `tcp://127.0.0.1:${port(asked)}`,
  ]);
  return {
    ...sharedPlaces(name, s),
    ...(answers && { COMMANDS_PORT: port(name) }),
    ...(hears && { QUEUE_URL: s.queueUrls[name as Consumer] }),
    ...(Object.fromEntries(commands) as Environment),
    // Unset, the users service serves the pages that account e-mails lead to.
    ...(name === 'users' && { ACCOUNT_URL: given(s.settings)['ACCOUNT_URL'] }),
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
  REDIS_URL: s.redisUrl,
  ADMIN_EMAIL: s.admin?.email,
  ADMIN_PASSWORD: s.admin?.password,
});
