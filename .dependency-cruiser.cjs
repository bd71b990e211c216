/**
 * The architecture as rules. test/architecture plants one violation of each and expects to see it reported.
 * @type {import('dependency-cruiser').IConfiguration}
 */

/** Which libs a lib may import; everything not listed is forbidden. */
const ALLOWED_LIBS = {
  kernel: [],
  async: ['kernel'],
  telemetry: ['kernel', 'async'],
  events: ['kernel'],
  config: ['kernel'],
  database: ['kernel', 'async', 'telemetry'],
  auth: ['kernel'],
  http: ['kernel', 'async', 'telemetry'],
  idempotency: ['kernel', 'async', 'database'],
  messaging: ['kernel', 'async', 'telemetry', 'events'],
  outbox: ['kernel', 'async', 'telemetry', 'events', 'database'],
  lambda: ['kernel', 'async', 'telemetry', 'messaging'],
  sessions: ['kernel', 'events', 'database', 'auth', 'messaging'],
  audit: ['kernel', 'database'],
  limits: ['kernel', 'redis'],
  redis: [],
  'coherent-cache': ['kernel', 'async', 'redis'],
  service: [
    'kernel',
    'async',
    'telemetry',
    'config',
    'events',
    'database',
    'auth',
    'http',
    'idempotency',
    'messaging',
    'outbox',
    'sessions',
    'limits',
    'lambda',
  ],
};

const libRules = Object.entries(ALLOWED_LIBS).map(([lib, allowed]) => ({
  name: `lib-${lib}`,
  comment: `libs/${lib} may import ${allowed.length > 0 ? allowed.map((name) => `libs/${name}`).join(', ') : 'no lib'}.`,
  severity: 'error',
  from: { path: `^libs/${lib}/` },
  to: { path: '^libs/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
}));

/** What lists the services for everybody. */
const LISTS = '^apps/(services|manifests|queues|data-sources)\\.ts$';

const SPEC = '\\.(spec|int-spec|e2e-spec)\\.ts$';

/**
 * The rooms of each app, low to high: one imports only those before it. `database` (entities and migrations of all) and
 * `operations` (the operators' face of all) stand above them.
 */
const ROOMS = {
  users: ['accounts', 'keys', 'credentials', 'sessions', 'tokens', 'users', 'addresses'],
  products: ['cache', 'stock', 'reservations', 'catalog', 'groups', 'media', 'categories', 'bulk'],
  orders: [
    'stock',
    'customers',
    'pricing',
    'orders',
    'payments',
    'carts',
    'checkout',
    'shipments',
    'returns',
    'accounts',
  ],
  payments: ['providers', 'payments', 'refunds', 'provider-events', 'reconciliation'],
  notifier: ['mailer', 'notifications', 'feedback'],
};

const roomRules = Object.entries(ROOMS).flatMap(([app, rooms]) =>
  rooms.map((room, index) => ({
    name: `room-${app}-${room}`,
    comment: `Rooms run one way: apps/${app}/src/${room} imports only rooms before it.`,
    severity: 'error',
    from: { path: `^apps/${app}/src/${room}/`, pathNot: SPEC },
    to: { path: `^apps/${app}/src/(${[...rooms.slice(index + 1), 'database', 'operations'].join('|')})/` },
  })),
);

module.exports = {
  forbidden: [
    ...libRules,
    ...roomRules,
    {
      name: 'no-circular',
      comment: 'A cycle means that two files are one, also where only types go round.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'lib-imports-app',
      comment: 'Libs know no app.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'lib-through-index',
      comment: "From outside, a lib is its src/index.ts; what that does not export is the lib's own business.",
      severity: 'error',
      from: { path: '^(?:apps|libs)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$1/' },
    },
    {
      name: 'app-imports-app',
      comment:
        'Apps talk over the wire. Only the local start and the operators compose apps, from their composition roots and config.',
      severity: 'error',
      from: { path: '^apps/(?!local/|ops/)([^/]+)/', pathNot: '^apps/databases/src/signing-keys\\.ts$' },
      to: { path: '^apps/', pathNot: ['^apps/$1/', LISTS] },
    },
    {
      name: 'local-composes-roots-only',
      comment: 'apps/local and apps/ops import the *-app.module.ts and *.config.ts of an app, nothing deeper.',
      severity: 'error',
      from: { path: '^apps/(local|ops)/' },
      to: {
        path: '^apps/',
        pathNot: ['^apps/$1/', '^apps/[^/]+/src/[^/]+(-app\\.module|\\.config)\\.ts$', LISTS],
      },
    },
    {
      name: 'databases-rotates-keys-only',
      comment: 'apps/databases rotates the keys of users, and knows nothing else of any app.',
      severity: 'error',
      from: { path: '^apps/databases/src/signing-keys\\.ts$' },
      to: { path: '^apps/', pathNot: ['^apps/databases/', '^apps/users/src/keys/key-rotation\\.ts$'] },
    },
    {
      name: 'manifest-is-data',
      comment: 'Infra reads manifests by stripping their types, so they and their list import nothing else.',
      severity: 'error',
      from: { path: '^apps/([^/]+/src/[^/]+\\.manifest|services)\\.ts$' },
      to: { dependencyTypesNot: ['type-only'], pathNot: '\\.manifest\\.ts$' },
    },
    {
      name: 'service-imports-controller',
      comment: 'controller → service → repository, never backwards.',
      severity: 'error',
      from: { path: '\\.(service|repository)\\.ts$' },
      to: { path: '\\.controller\\.ts$' },
    },
    {
      name: 'repository-imports-service',
      comment: 'controller → service → repository, never backwards.',
      severity: 'error',
      from: { path: '\\.repository\\.ts$' },
      to: { path: '\\.service\\.ts$' },
    },
    {
      name: 'service-imports-http',
      comment: 'A service knows no HTTP: controllers read requests and map answers.',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: { path: '^libs/http/' },
    },
    {
      name: 'service-makes-answers',
      comment:
        'Responses, and the bytes a cache keeps of them, are made by functions beside their DTO, which controllers pass.',
      severity: 'error',
      from: { path: '\\.service\\.ts$' },
      to: { path: ['-response\\.dto\\.ts$', '^apps/products/src/cache/answers\\.ts$'] },
    },
    {
      name: 'controller-skips-service',
      comment: 'controller → service → repository, never skipping.',
      severity: 'error',
      from: { path: '\\.controller\\.ts$' },
      to: { path: '\\.repository\\.ts$' },
    },
    {
      name: 'typeorm-only-in-data-rooms',
      comment: 'Only entities, repositories, database/ and the libs that own tables know the ORM.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['\\.(entity|repository)\\.ts$', '/database/', '^libs/(outbox|idempotency|sessions|audit)/', SPEC],
      },
      to: { path: '(^|/)node_modules/(typeorm|@nestjs/typeorm|mysql2|libsql)/' },
    },
    {
      name: 'drivers-only-in-database',
      comment:
        'Only libs/database opens connections: each begins with the same session, and no value is ever part of a text.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/database/', SPEC] },
      to: { path: '(^|/)node_modules/(mysql2|libsql)/' },
    },
    {
      name: 'aws-sdk-only-in-adapters',
      comment:
        "Only messaging, config's secrets, the adapters of SES and S3, and the operators' command line speak to AWS.",
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [
          '^libs/messaging/',
          '^libs/config/src/secrets',
          '^apps/notifier/src/mailer/ses-',
          '^apps/products/src/media/s3-',
          '^apps/(ops|databases)/',
          SPEC,
        ],
      },
      to: { path: '(^|/)node_modules/@aws-sdk/' },
    },
    {
      name: 'stripe-only-in-adapter',
      comment: 'Only the adapter speaks to Stripe: everybody else knows a payment provider.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/payments/src/providers/stripe-', SPEC] },
      to: { path: '(^|/)node_modules/stripe/' },
    },
    {
      name: 'codec-only-in-render',
      comment: 'Only what renders images loads the decoder, 18 MB of native code, and only when it is needed.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/products/src/media/(image-codec|render-image)\\.ts$', SPEC] },
      to: { path: '(^|/)node_modules/(sharp|file-type)/' },
    },
    {
      name: 'shipped-imports-test',
      comment: 'What ships never imports test code or the local start.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^apps/local/', SPEC] },
      to: { path: '^(test|bench)/|^apps/local/' },
    },
    {
      name: 'no-unresolvable',
      comment: 'Every import leads somewhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
