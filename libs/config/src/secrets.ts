import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConfigurationError, type Environment, processEnvironment } from './load-config.js';
import type { ServiceConfig } from './service-config.js';

/** How long a fetched secret is cached, unless a server rejects it earlier. */
const MAX_AGE_SECONDS = 300;

export type AwsSettings = Pick<ServiceConfig, 'AWS_REGION' | 'AWS_ENDPOINT_URL'>;
export type Credentials = { username: string; password: string };

const providers = new Map<string, SecretsProvider>();

function provider({ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint }: Partial<AwsSettings>): SecretsProvider {
  const key = `${region} ${endpoint}`;
  const known = providers.get(key);
  if (known) return known;
  const awsSdkV3Client = new SecretsManagerClient({
    ...(region && { region }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
    // Emulators accept any credentials; fixed ones keep the SDK from searching the machine for real ones.
    ...(endpoint && { endpoint, credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } }),
  });
  const created = new SecretsProvider({ awsSdkV3Client });
  providers.set(key, created);
  return created;
}

/**
 * Adds settings from Secrets Manager to the environment: the variables of every secret in SECRETS, and the user and
 * password of DATABASE_SECRET in DATABASE_URL. Without either it returns the environment unchanged.
 *
 * @throws ConfigurationError naming the secret, never its content.
 */
export async function secretEnvironment(environment: Environment = processEnvironment()): Promise<Environment> {
  const [variables, url] = await Promise.all([listedSecrets(environment), databaseUrl(environment)]);
  return { ...environment, ...variables, ...(url && { DATABASE_URL: url }) };
}

async function listedSecrets(environment: Environment): Promise<Environment> {
  const entries = (environment['SECRETS'] ?? '').split(',').filter((entry) => entry.trim() !== '');
  const parts = await Promise.all(
    entries.map(async (entry): Promise<Environment> => {
      const [, name, id = ''] = /^\s*(?:([A-Z][A-Z0-9_]*)=)?(\S+)\s*$/.exec(entry) ?? [];
      const text = await fetchSecret(id, environment, false);
      return name === undefined ? parseObject(id, text) : { [name]: text };
    }),
  );
  return Object.assign({}, ...parts) as Environment;
}

async function databaseUrl(environment: Environment): Promise<string | undefined> {
  const { DATABASE_SECRET: id, DATABASE_URL: address } = environment;
  if (!id || !address?.startsWith('mysql://')) return undefined;
  const { username, password } = await fetchCredentials(id, environment, false);
  const url = new URL(address);
  url.username = encodeURIComponent(username);
  url.password = encodeURIComponent(password);
  return url.href;
}

/** The settings that a service's database module needs. */
export function databaseAccess(
  config: Pick<ServiceConfig, 'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'DATABASE_MIGRATIONS' | 'DATABASE_SECRET'> &
    AwsSettings,
) {
  const { DATABASE_SECRET: id } = config;
  return {
    url: config.DATABASE_URL,
    poolSize: config.DATABASE_POOL_SIZE,
    migrated: config.DATABASE_MIGRATIONS,
    // Always bypasses the cache: the server has just rejected the cached credentials.
    credentials: id === undefined ? undefined : () => fetchCredentials(id, config, true),
  };
}

async function fetchCredentials(id: string, settings: Partial<AwsSettings>, fresh: boolean): Promise<Credentials> {
  const { username, password } = parseObject(id, await fetchSecret(id, settings, fresh));
  if (!username || !password) throw new ConfigurationError(`The secret ${id} must hold a username and a password.`);
  return { username, password };
}

/** @throws ConfigurationError naming the secret, never its content. */
export async function fetchSecret(id: string, settings: Partial<AwsSettings>, forceFetch: boolean): Promise<string> {
  try {
    const text = await provider(settings).get(id, { maxAge: MAX_AGE_SECONDS, forceFetch });
    if (typeof text === 'string') return text;
  } catch (cause) {
    throw Object.assign(new ConfigurationError(`The secret ${id} cannot be read from Secrets Manager.`), { cause });
  }
  throw new ConfigurationError(`The secret ${id} holds no text.`);
}

function parseObject(id: string, text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, string>;
  } catch {
    // Rejected below; the parser's own message would quote the secret.
  }
  throw new ConfigurationError(`The secret ${id} must hold a JSON object.`);
}
