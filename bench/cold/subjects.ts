import { randomBytes } from 'node:crypto';
import { newSigningKey } from '../../test/support/signing-key.js';

/** A function of one app's bundle, and its first event. */
export interface Subject {
  app: string;
  handler: string;
  /** The work behind its response, for the table. */
  does: string;
  event: object;
  environment: Record<string, string>;
}

const NOWHERE = 'http://127.0.0.1:1';

/** One function of every bundle; those with a database return data read from it. */
export function subjects(database: string, answerAddress: string): Subject[] {
  const ready = { handler: 'http', does: 'health, SELECT 1', event: get('/health/ready') };
  const service = (app: string) => ({ app, ...ready, environment: serviceEnvironment(app, database) });
  return [
    service('users'),
    { ...service('products'), does: 'list of products', event: get('/products') },
    service('orders'),
    service('notifier'),
    {
      app: 'front',
      handler: 'http',
      does: 'health, no database',
      event: get('/health/live'),
      environment: { ...common(), HTTP_FUNCTIONS: 'users=nobody', DOCS: 'on' },
    },
    {
      app: 'databases',
      handler: 'migrate',
      does: 'answers a deletion',
      event: {
        RequestType: 'Delete',
        ResponseURL: answerAddress,
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Databases',
      },
      environment: databasesEnvironment(database),
    },
  ];
}

const get = (path: string) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { host: 'lambda' },
  requestContext: { http: { method: 'GET', path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' } },
  isBase64Encoded: false,
});

const common = () => ({ LOG_LEVEL: 'error', AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: NOWHERE });

function serviceEnvironment(app: string, database: string): Record<string, string> {
  const nobody = 'lambda:nobody';
  return {
    ...common(),
    DATABASE_URL: `${database}/cold_${app}`,
    DATABASE_MIGRATIONS: 'elsewhere',
    DATABASE_POOL_SIZE: '2',
    OUTBOX_SWEEP: '0',
    DOCS: 'document',
    TOPIC_ARN: 'arn:aws:sns:eu-west-1:000000000000:cold',
    QUEUE_URL: `${NOWHERE}/cold`,
    USERS_COMMANDS: nobody,
    PRODUCTS_COMMANDS: nobody,
    ORDERS_COMMANDS: nobody,
    FINGERPRINT_KEY: randomBytes(24).toString('hex'),
    JWT_KEYS: JSON.stringify({ keys: [newSigningKey('cold')] }),
    MAIL_FROM: 'shop@example.com',
    ACCOUNT_URL: `${NOWHERE}/account`,
    PAYMENT_URL: `${NOWHERE}/pay`,
  };
}

function databasesEnvironment(database: string): Record<string, string> {
  const { host } = new URL(database);
  return {
    ...common(),
    DATABASE_URL: `mysql://${host}`,
    MASTER_SECRET: 'master',
    USER_SECRETS: 'users=users',
    SIGNING_KEYS_SECRET: 'keys',
    PUBLIC_KEYS_SECRET: 'public-keys',
    MIGRATIONS_DIGEST: 'cold',
  };
}
