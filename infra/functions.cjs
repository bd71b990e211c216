// `functions` of serverless.yml: those of the manifests, and two without a service.
const { att, pascal, readStage } = require('./resources/cfn.cjs');
const { vpcOf } = require('./resources/provider.cjs');
const environment = require('./environment.cjs');
const { functionsOf, SERVICES } = require('./services.cjs');

/** The custom resource that prepares databases, users, schemas and keys. */
const PREPARED = ['Databases'];

module.exports = async (context) => {
  const stage = await readStage(context);
  return {
    ...Object.assign({}, ...SERVICES.map((service) => functionsOfService(stage, service))),
    ...front(stage),
    ...databases(stage),
  };
};

function functionsOfService(stage, service) {
  const functions = functionsOf(service).map((input) => {
    const more = service.onAws?.functions?.[input] ?? {};
    const own = {
      ...inApp(service.name, input, more),
      ...(more.outside ? outside(stage, service, input) : inside(stage, service, input)),
    };
    return [`${service.name}-${input}`, own];
  });
  return Object.fromEntries(functions);
}

function inside(stage, service, input) {
  const more = service.onAws?.functions?.[input] ?? {};
  return {
    environment: environment.ofService(stage, service, input),
    ...(service.database && { vpc: vpcOf(stage, groupsOf(service)), dependsOn: PREPARED }),
    ...(KINDS[input] ?? (() => fed(more.queue.resource, more.queue.concurrency)))({ stage, service }),
  };
}

/** Asked by the others of its service, as many at once as requests come in, or as its manifest says. */
const outside = (stage, service, input) => ({
  environment: environment.ofOutside(stage, service, input),
  vpc: null,
  // What it asks may have many pages.
  timeout: 30,
  reservedConcurrency: Math.min(
    stage.concurrency.http,
    service.onAws.functions[input].outside.atMost ?? stage.concurrency.http,
  ),
});

const groupsOf = ({ publishes }) => ['DatabaseClientGroup', ...(publishes ? ['CacheClientGroup'] : [])];

/** A function's triggers and concurrency. */
const KINDS = {
  http: ({ stage, service: { routes } }) => ({
    events: routes.map((path) => ({ httpApi: `ANY ${path}` })),
    // Without routes, it only answers health checks.
    reservedConcurrency: routes.length > 0 ? stage.concurrency.http : 1,
  }),
  rpc: ({ stage }) => ({ reservedConcurrency: stage.concurrency.rpc }),
  events: ({ stage, service }) => fed(`${pascal(service.name)}Queue`, stage.concurrency.events),
  relay: () => ({ events: [{ schedule: 'rate(1 minute)' }], timeout: 50, reservedConcurrency: 1 }),
};

const fed = (queue, concurrency) => ({
  events: [
    {
      sqs: {
        arn: att(queue, 'Arn'),
        functionResponseType: 'ReportBatchItemFailures',
        maximumConcurrency: concurrency,
      },
    },
  ],
  reservedConcurrency: concurrency,
});

/** Packages with native code lie above all bundles, where Node finds them, and only in the packages that name them. */
const inApp = (app, input, { packages = [], memory } = {}) => ({
  handler: `dist/lambda/${app}/lambda.${input}`,
  package: {
    patterns: [`dist/lambda/${app}/**`, ...(packages.length > 0 ? ['dist/lambda/node_modules/**'] : [])],
  },
  ...(memory && { memorySize: memory }),
  role: `${pascal(`${app}-${input}`)}Role`,
});

/** Health of the platform, /docs, /openapi.json, and 404 for everything else. */
const front = (stage) => ({
  'front-http': {
    ...inApp('front', 'http'),
    events: [{ httpApi: '*' }],
    environment: environment.ofFront(stage),
  },
});

/** The custom resource that the others depend on, and the rotation function of Secrets Manager. */
function databases(stage) {
  const shared = {
    environment: environment.ofDatabases(stage),
    vpc: vpcOf(stage, ['DatabaseClientGroup']),
    reservedConcurrency: 1,
  };
  return {
    'databases-migrate': { ...inApp('databases', 'migrate'), ...shared, timeout: 580 },
    'databases-rotate': { ...inApp('databases', 'rotate'), ...shared, timeout: 60 },
  };
}
