// The variables of every function; each app's *.config.ts says what they mean.
const { att, join, ref, sub, readStage } = require('./resources/cfn.cjs');
const { SERVICES, secretId } = require('./resources/secrets.cjs');

module.exports = async (context) => {
  const stage = await readStage(context);
  const service = (name, own) => ({ ...common(stage, name), ...own });
  const userSecrets = [ref('UsersFingerprintSecret')];
  const publishes = {
    TOPIC_ARN: ref('EventsTopic'),
    OUTBOX_SWEEP: '0',
    CURRENCY: stage.currency,
    CORS_ORIGINS: stage.corsOrigins,
    // A serverless cache is a cluster behind one address.
    REDIS_URL: stage.local ? stage.redisUrl : sub('rediss://${Cache.Endpoint.Address}:6379?cluster=true'),
  };
  // Named rather than resolved once, since a rotation changes them while functions run.
  const keys = (secret) => ({ JWT_KEYS: sub(`secret:\${${secret}}`) });
  // glibc gives argon2's blocks back instead of keeping them once per thread.
  const hashing = { MALLOC_MMAP_THRESHOLD_: '1048576' };
  return {
    users: service('users', { ...publishes, ...hashing, ...keys('SigningKeysSecret'), SECRETS: join(userSecrets) }),
    // These issue no tokens.
    usersRpc: service('users', { ...publishes, ...hashing, ...keys('PublicKeysSecret'), SECRETS: join(userSecrets) }),
    usersRelay: service('users', {
      ...publishes,
      ...keys('PublicKeysSecret'),
      SECRETS: join([...userSecrets, ref('AdministratorSecret')]),
    }),
    products: service('products', {
      ...publishes,
      SECRETS: ref('ProductsFingerprintSecret'),
      QUEUE_URL: ref('ProductsQueue'),
      // An instance serves one request at a time, where this pays; it shows others' writes that much later, never its own.
      LOCAL_CACHE_TTL: '1s',
      PUBLIC_MAX_AGE: String(stage.publicMaxAge),
      USERS_COMMANDS: command('users'),
      ORDERS_COMMANDS: command('orders'),
    }),
    orders: service('orders', {
      ...publishes,
      SECRETS: ref('OrdersFingerprintSecret'),
      QUEUE_URL: ref('OrdersQueue'),
      USERS_COMMANDS: command('users'),
      PRODUCTS_COMMANDS: command('products'),
    }),
    notifier: service('notifier', {
      SECRETS: ref('NotifierFingerprintSecret'),
      QUEUE_URL: ref('NotifierQueue'),
      MAIL_FROM: `Commerce <no-reply@${stage.mailDomain}>`,
      STAFF_EMAIL: stage.staffEmail,
      ACCOUNT_URL: accountUrl(stage),
    }),
    front: {
      ...base(stage),
      CORS_ORIGINS: stage.corsOrigins,
      DOCS: stage.docs,
      HTTP_FUNCTIONS: sub(SERVICES.map((name) => `${name}=\${AWS::StackName}-${name}-http`).join(',')),
    },
    databases: {
      ...base(stage),
      DATABASE_URL: address(stage, { direct: true, path: '' }),
      MASTER_SECRET: stage.local ? ref('MasterSecret') : att('Database', 'MasterUserSecret.SecretArn'),
      USER_SECRETS: sub(SERVICES.map((name) => `${name}=\${${secretId(name, 'Database')}}`).join(',')),
      SIGNING_KEYS_SECRET: ref('SigningKeysSecret'),
      PUBLIC_KEYS_SECRET: ref('PublicKeysSecret'),
      MIGRATIONS_DIGEST: stage.migrations,
    },
  };
};

const base = ({ local, logLevel, awsEndpoint }) => ({
  LOG_LEVEL: logLevel,
  ...(local && { AWS_ENDPOINT_URL: awsEndpoint }),
});

const common = (stage, name) => ({
  ...base(stage),
  STAGE: stage.stage,
  DATABASE_URL: address(stage, { path: `/commerce_${name}` }),
  DATABASE_SECRET: ref(secretId(name, 'Database')),
  DATABASE_POOL_SIZE: String(stage.poolSize),
  DATABASE_MIGRATIONS: 'elsewhere',
  // /openapi.json for the front to ask for; it alone serves the page.
  DOCS: 'document',
});

function address({ local, databaseAddress, databaseProxy }, { path, direct = false }) {
  if (local) return `mysql://${databaseAddress}${path}`;
  const host = databaseProxy === 'yes' && !direct ? '${DatabaseProxy.Endpoint}' : '${Database.Endpoint.Address}';
  return sub(`mysql://${host}:3306${path}?tls=required`);
}

const command = (name) => sub(`lambda:\${AWS::StackName}-${name}-rpc`);

/** Links in e-mails lead to the API itself, whose users service serves the pages. */
const accountUrl = ({ domain }) =>
  domain ? `https://${domain}/account` : sub('https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/account');
