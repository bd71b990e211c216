// The variables of every function; each app's *.config.ts explains them.
const { att, join, pascal, ref, sub } = require('./resources/cfn.cjs');
const { secretId } = require('./resources/secrets.cjs');
const { outsideOf, SERVICES } = require('./services.cjs');

/** The environment of a service's functions. */
module.exports.ofService = (stage, service, input) => {
  const { name, routes, database, publishes, hears, asks = {}, onAws = {} } = service;
  const { environment, secrets = [] } = onAws.functions?.[input] ?? {};
  return {
    ...common(stage),
    STAGE: stage.stage,
    // Serves /openapi.json for the front, which alone serves the page.
    DOCS: 'document',
    ...(routes.length > 0 && { CORS_ORIGINS: stage.corsOrigins, CURRENCY: stage.currency }),
    ...(database && databaseOf(stage, name)),
    ...(database && { SECRETS: listOf([secretId(name, 'Fingerprint'), ...secrets]) }),
    ...(publishes && publishing(stage)),
    ...(hears && { QUEUE_URL: ref(`${pascal(name)}Queue`) }),
    ...Object.fromEntries(Object.keys(asks).map((asked) => [`${asked.toUpperCase()}_COMMANDS`, askedAt(asked, 'rpc')])),
    ...Object.fromEntries(outsideOf(service).map((own) => [`${own.toUpperCase()}_COMMANDS`, askedAt(name, own)])),
    ...resolved(onAws.environment?.(toldTo(stage))),
    ...resolved(environment),
  };
};

/** Of a function outside the network: nothing of its service's database, keys and neighbours. */
module.exports.ofOutside = (stage, { onAws }, input) => {
  const { environment, secrets = [] } = onAws.functions[input];
  return {
    ...common(stage),
    STAGE: stage.stage,
    ...(secrets.length > 0 && { SECRETS: listOf(secrets) }),
    ...resolved(onAws.environment?.(toldTo(stage))),
    ...resolved(environment),
  };
};

module.exports.ofFront = (stage) => ({
  ...common(stage),
  CORS_ORIGINS: stage.corsOrigins,
  DOCS: stage.docs,
  HTTP_FUNCTIONS: sub(SERVICES.map(({ name }) => `${name}=\${AWS::StackName}-${name}-http`).join(',')),
});

module.exports.ofDatabases = (stage) => {
  const secrets = SERVICES.filter(({ database }) => database).map(
    ({ name }) => `${name}=\${${secretId(name, 'Database')}}`,
  );
  return {
    ...common(stage),
    DATABASE_URL: address(stage, { direct: true, path: '' }),
    MASTER_SECRET: stage.local ? ref('MasterSecret') : att('Database', 'MasterUserSecret.SecretArn'),
    USER_SECRETS: sub(secrets.join(',')),
    SIGNING_KEYS_SECRET: ref('SigningKeysSecret'),
    PUBLIC_KEYS_SECRET: ref('PublicKeysSecret'),
    MIGRATIONS_DIGEST: stage.migrations,
  };
};

const common = ({ local, logLevel, awsEndpoint }) => ({
  LOG_LEVEL: logLevel,
  ...(local && { AWS_ENDPOINT_URL: awsEndpoint }),
});

const databaseOf = (stage, name) => ({
  DATABASE_URL: address(stage, { path: `/commerce_${name}` }),
  DATABASE_SECRET: ref(secretId(name, 'Database')),
  DATABASE_POOL_SIZE: String(stage.poolSize),
  DATABASE_MIGRATIONS: 'elsewhere',
});

const publishing = ({ local, redisUrl }) => ({
  TOPIC_ARN: ref('EventsTopic'),
  OUTBOX_SWEEP: '0',
  // A serverless cache is a cluster with one address.
  REDIS_URL: local ? redisUrl : sub('rediss://${Cache.Endpoint.Address}:6379?cluster=true'),
});

function address({ local, databaseAddress, databaseProxy }, { path, direct = false }) {
  if (local) return `mysql://${databaseAddress}${path}`;
  const host = databaseProxy === 'yes' && !direct ? '${DatabaseProxy.Endpoint}' : '${Database.Endpoint.Address}';
  return sub(`mysql://${host}:3306${path}?tls=required`);
}

const listOf = (ids) => (ids.length === 1 ? ref(ids[0]) : join(ids.map(ref)));

const askedAt = (name, input) => sub(`lambda:\${AWS::StackName}-${name}-${input}`);

/** The stage with the addresses that only the template knows. */
const toldTo = (stage) => ({
  ...stage,
  accountUrl: accountUrl(stage),
  mediaUrl: stage.local ? '' : 'https://${MediaCdn.DomainName}',
});

/** Links in e-mails lead to the API, where the users service serves the pages. */
const accountUrl = ({ domain }) =>
  domain ? `https://${domain}/account` : 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/account';

const resolved = (variables = {}) =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, value.includes('${') ? sub(value) : value]),
  );
