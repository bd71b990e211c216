export const RULES = jest.requireActual<{ forbidden: { name: string; from: { path?: string } }[] }>(
  '../../.dependency-cruiser.cjs',
).forbidden;
/** The rule of libs/kernel is from `^libs/kernel/`. */
const LIBS = RULES.flatMap(({ from: { path = '' } }) => /^\^libs\/([^/]+)\/$/.exec(path)?.[1] ?? []);
const ROOMS = RULES.flatMap(({ name }) => {
  const [, app, room] = /^room-(\w+)-([\w-]+)$/.exec(name) ?? [];
  return app !== undefined && room !== undefined ? [{ app, room }] : [];
});

/** One violation per architecture rule: the files to plant, and the file that the rule must name. */
export interface PlantedViolation {
  rule: string;
  offender: string;
  source: string;
}

const imports = (module: string) => `import * as planted from '${module}';\nexport const used = planted;\n`;

/** Harmless files that the violations import. */
export const SURROUNDINGS: Record<string, string> = {
  ...Object.fromEntries(LIBS.map((lib) => [`libs/${lib}/src/index.ts`, `export const name = '${lib}';\n`])),
  ...Object.fromEntries(
    ROOMS.map(({ app }) => [`apps/${app}/src/database/data-source.ts`, 'export const database = 1;\n']),
  ),
  'libs/http/src/inner.ts': 'export const inner = 1;\n',
  'apps/users/src/users-app.module.ts': 'export const module = 1;\n',
  'apps/users/src/accounts/dto/user-response.dto.ts': 'export const response = 1;\n',
  'apps/users/src/users/users.controller.ts': 'export const controller = 1;\n',
  'apps/users/src/users/users.service.ts': 'export const service = 1;\n',
  'apps/users/src/users/users.repository.ts': 'export const repository = 1;\n',
  'apps/local/src/platform.ts': 'export const platform = 1;\n',
  'test/support/databases.ts': 'export const support = 1;\n',
};

const LIB_VIOLATIONS: PlantedViolation[] = [
  ['kernel', 'config'],
  ['async', 'telemetry'],
  ['telemetry', 'config'],
  ['config', 'events'],
  ['events', 'config'],
  ['database', 'events'],
  ['auth', 'database'],
  ['http', 'auth'],
  ['idempotency', 'http'],
  ['messaging', 'outbox'],
  ['outbox', 'messaging'],
  ['lambda', 'http'],
  ['sessions', 'http'],
  ['limits', 'auth'],
  ['audit', 'outbox'],
  ['redis', 'kernel'],
  ['coherent-cache', 'http'],
  ['service', 'audit'],
].map(([lib, forbidden]) => ({
  rule: `lib-${lib}`,
  offender: `libs/${lib}/src/planted.ts`,
  source: imports(`@app/${forbidden}`),
}));

/** Every room imports the migrations, which come later in its app's order. */
const ROOM_VIOLATIONS: PlantedViolation[] = ROOMS.map(({ app, room }) => ({
  rule: `room-${app}-${room}`,
  offender: `apps/${app}/src/${room}/planted-room.ts`,
  source: imports('../database/data-source.js'),
}));

export const PLANTED: PlantedViolation[] = [
  ...LIB_VIOLATIONS,
  ...ROOM_VIOLATIONS,
  { rule: 'no-circular', offender: 'libs/http/src/a.ts', source: imports('./b.js') },
  {
    rule: 'lib-imports-app',
    offender: 'libs/kernel/src/app.ts',
    source: imports('../../../apps/users/src/users-app.module.js'),
  },
  {
    rule: 'lib-through-index',
    offender: 'apps/users/src/users/deep.ts',
    source: imports('../../../../libs/http/src/inner.js'),
  },
  {
    rule: 'app-imports-app',
    offender: 'apps/orders/src/orders/planted.ts',
    source: imports('../../../users/src/users-app.module.js'),
  },
  {
    rule: 'databases-rotates-keys-only',
    offender: 'apps/databases/src/signing-keys.ts',
    source: imports('../../users/src/users-app.module.js'),
  },
  {
    rule: 'manifest-is-data',
    offender: 'apps/users/src/users.manifest.ts',
    source: imports('./users-app.module.js'),
  },
  {
    rule: 'local-composes-roots-only',
    offender: 'apps/local/src/planted.ts',
    source: imports('../../users/src/users/users.service.js'),
  },
  {
    rule: 'service-imports-controller',
    offender: 'apps/users/src/users/planted.service.ts',
    source: imports('./users.controller.js'),
  },
  {
    rule: 'repository-imports-service',
    offender: 'apps/users/src/users/planted.repository.ts',
    source: imports('./users.service.js'),
  },
  { rule: 'service-imports-http', offender: 'apps/users/src/users/http.service.ts', source: imports('@app/http') },
  {
    rule: 'service-makes-answers',
    offender: 'apps/users/src/users/answering.service.ts',
    source: imports('../accounts/dto/user-response.dto.js'),
  },
  {
    rule: 'controller-skips-service',
    offender: 'apps/users/src/users/planted.controller.ts',
    source: imports('./users.repository.js'),
  },
  { rule: 'typeorm-only-in-data-rooms', offender: 'apps/users/src/users/orm.service.ts', source: imports('typeorm') },
  {
    rule: 'drivers-only-in-database',
    offender: 'apps/users/src/database/own-connection.ts',
    source: imports('mysql2/promise'),
  },
  {
    rule: 'aws-sdk-only-in-adapters',
    offender: 'apps/users/src/users/aws.service.ts',
    source: imports('@aws-sdk/client-sns'),
  },
  { rule: 'stripe-only-in-adapter', offender: 'apps/users/src/users/paid.service.ts', source: imports('stripe') },
  { rule: 'codec-only-in-render', offender: 'apps/products/src/media/other.ts', source: imports('sharp') },
  {
    rule: 'shipped-imports-test',
    offender: 'apps/users/src/users/test.service.ts',
    source: imports('../../../../test/support/databases.js'),
  },
  { rule: 'no-unresolvable', offender: 'apps/users/src/users/nowhere.ts', source: imports('./nowhere-at-all.js') },
];

/** The other half of the planted cycle. */
export const CYCLE = { 'libs/http/src/b.ts': imports('./a.js') };

/** For eslint: rule and source, planted into an app. */
export const PLANTED_LINT: PlantedViolation[] = [
  ...[
    "'INSERT INTO users (email) VALUES (?)'",
    '`INSERT INTO ${table} VALUES (?)`',
    '`SELECT 1 FROM ${table} WHERE id IN (${table})`',
    '`SELECT 1 FROM ${table} FOR UPDATE`',
    "'ON CONFLICT (email) DO NOTHING'",
  ].map((sql, n) => ({
    rule: 'no-restricted-syntax',
    offender: `apps/users/src/users/written-sql-${n}.repository.ts`,
    source: `export const sql = (table: string) => table + ${sql};\n`,
  })),
  {
    rule: 'no-restricted-properties',
    offender: 'apps/users/src/environment.ts',
    source: 'export const stage = process.env.STAGE;\n',
  },
  {
    rule: 'no-restricted-properties',
    offender: 'libs/messaging/src/clock-time.ts',
    source: 'export const end = Date.now() + 1_000;\n',
  },
  ...['export const byProduct = 1;', "export const tag = 'ETag';", '// Saves a request.\nexport const saved = 1;'].map(
    (source, n) => ({
      rule: 'house/no-foreign-words',
      offender: `libs/coherent-cache/src/foreign-word-${n}.ts`,
      source: `${source}\n`,
    }),
  ),
  {
    rule: '@typescript-eslint/no-explicit-any',
    offender: 'apps/users/src/any.ts',
    source: 'export const anything: any = 1;\n',
  },
  {
    rule: '@typescript-eslint/no-floating-promises',
    offender: 'apps/users/src/floating.ts',
    source: 'export function f(): void {\n  Promise.resolve(1);\n}\n',
  },
  {
    rule: 'no-console',
    offender: 'apps/users/src/console.ts',
    source: "export function f(): void {\n  console.log('x');\n}\n",
  },
  {
    rule: 'max-lines',
    offender: 'apps/users/src/long.ts',
    source: 'export const line = 1;\n' + '// One more line.\n'.repeat(200),
  },
  {
    rule: 'max-lines-per-function',
    offender: 'libs/messaging/src/long-function.ts',
    source: `export function f(): number {\n  let sum = 0;\n${'  sum++;\n'.repeat(38)}  return sum;\n}\n`,
  },
  {
    rule: 'max-params',
    offender: 'apps/users/src/many-parameters.ts',
    source: 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1, h: 1) => a + b + c + d + e + g + h;\n',
  },
];
