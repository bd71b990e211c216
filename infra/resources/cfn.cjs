// CloudFormation's intrinsic functions, and the names of functions, queues and roles in the template.
const migrationsDigest = require('../build/digest.cjs');

const ref = (id) => ({ Ref: id });
const att = (id, name) => ({ 'Fn::GetAtt': [id, name] });
const sub = (text, values) => ({ 'Fn::Sub': values ? [text, values] : text });
const join = (parts, separator = ',') => ({ 'Fn::Join': [separator, parts] });

const capital = (word) => word[0].toUpperCase() + word.slice(1);
/** `orders-http` → `OrdersHttp` */
const pascal = (name) => name.split('-').map(capital).join('');
/** The Serverless Framework's logical id of a function: `orders-http` → `OrdersDashhttpLambdaFunction`. */
const functionId = (name) => `${capital(name).replaceAll('-', 'Dash')}LambdaFunction`;

const resource = (Type, Properties, rest = {}) => ({ Type, Properties, ...rest });

/** The parameters that `--param` may set for a stage. */
const PARAMS = [
  ...['domain', 'certificateArn', 'corsOrigins', 'logLevel', 'egress', 'databaseProxy', 'operators'],
  ...['migrateAgain', 'snapshot'],
  ...['databaseAddress', 'databaseUser', 'databasePassword', 'redisUrl'],
];

/** The stage's settings for every generator of resources, from infra/stages.yml and `--param`. */
async function readStage({ resolveVariable }) {
  const stage = await resolveVariable('sls:stage');
  const file = await resolveVariable('file(infra/stages.yml)');
  const settings = { stage, local: stage === 'local', ...file.default, ...file[stage] };
  for (const name of PARAMS) {
    const given = await resolveVariable(`param:${name}, ''`);
    if (given !== '') settings[name] = given;
  }
  settings.migrations = migrationsDigest + (settings.migrateAgain ?? '');
  if (settings.local) settings.awsEndpoint = await resolveVariable("env:AWS_ENDPOINT_URL, ''");
  return settings;
}

module.exports = { ref, att, sub, join, capital, pascal, functionId, resource, readStage };
