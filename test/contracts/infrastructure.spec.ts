import { CORS } from '../../libs/http/src/cors.js';
import { ofType, type Template, templateOf } from '../support/templates.js';
import { functionNamed, propertiesOf, rolesOf } from './infrastructure/built.js';
import { describeData } from './infrastructure/data.js';
import { describeExposure } from './infrastructure/exposure.js';
import { describeNetwork } from './infrastructure/network.js';
import { describeOperators } from './infrastructure/operators.js';
import { describePermissions, ONLY_BY_PARAMETER } from './infrastructure/permissions.js';
import { describeQueues } from './infrastructure/queues.js';
import { describeWatching } from './infrastructure/watching.js';

describe.each(['dev', 'staging', 'prod'])('the template of %s', (stage) => {
  let built: Template;
  const template = () => built;
  beforeAll(async () => {
    built = await templateOf(stage);
  }, 180_000);

  describePermissions(template, ONLY_BY_PARAMETER);
  describeExposure(template, stage);
  describeQueues(template);
  describeData(template, stage);
  describeNetwork(template, stage);
  describeWatching(template, stage);

  it('is what was reviewed', () => {
    expect(normalised(template())).toMatchSnapshot();
  });
});

describe('the template of prod, with everything that --param may say', () => {
  let built: Template;
  beforeAll(async () => {
    built = await templateOf('prod', {
      corsOrigins: 'https://shop.example.com, https://admin.example.com',
      databaseProxy: 'yes',
      operators: 'yes',
      domain: 'api.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/1',
      egress: 'nat',
      snapshot: 'before-the-mistake',
    });
  }, 180_000);

  describePermissions(() => built, []);
  describeExposure(() => built, 'prod');
  describeOperators(() => built);

  it('has the roles of the proxy and of the operators, which the other stages lack', () => {
    const roles = rolesOf(built).map(([id]) => id);
    expect(roles).toEqual(expect.arrayContaining(['DatabaseProxyRole', 'OperatorsRole']));
  });

  it('has the same CORS rules at the edge as in the applications', () => {
    expect(propertiesOf(built, 'HttpApi')['CorsConfiguration']).toEqual({
      AllowOrigins: ['https://shop.example.com', 'https://admin.example.com'],
      AllowMethods: CORS.methods,
      AllowHeaders: CORS.allowedHeaders,
      ExposeHeaders: CORS.exposedHeaders,
      MaxAge: CORS.maxAge,
      AllowCredentials: true,
    });
  });

  it('uses the proxy, except for the migrations', () => {
    const address = (name: string) =>
      JSON.stringify(functionNamed(built, name)[1].Environment?.Variables['DATABASE_URL']);
    expect(address('orders-http')).toContain('${DatabaseProxy.Endpoint}');
    expect(address('databases-migrate')).toContain('${Database.Endpoint.Address}');
    expect(propertiesOf(built, 'DatabaseProxy')).toMatchObject({ RequireTLS: true });
  });

  it('has one NAT gateway instead of endpoints, and waits for it', () => {
    expect(ofType(built, 'AWS::EC2::NatGateway')).toHaveLength(1);
    expect(ofType(built, 'AWS::EC2::VPCEndpoint').map(([id]) => id)).toEqual(['S3Endpoint']);
    expect(built.Resources['Databases']?.DependsOn).toContain('PrivateRoute');
  });

  it('takes its data, administrator and encryption from the snapshot', () => {
    const database = propertiesOf(built, 'Database');
    expect(database).toMatchObject({ DBSnapshotIdentifier: 'before-the-mistake', ManageMasterUserPassword: true });
    expect(database).not.toHaveProperty('MasterUsername');
  });

  it('serves the API and the links in e-mails under its domain', () => {
    expect(propertiesOf(built, 'ApiMapping')).toMatchObject({ DomainName: { Ref: 'ApiDomain' } });
    // And under no other address, which would bypass a firewall before the domain.
    expect(propertiesOf(built, 'HttpApi')).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(JSON.stringify(built.Outputs?.['ApiUrl'])).toContain('https://api.example.com');
    const [, { Environment: environment }] = functionNamed(built, 'notifier-events');
    expect(environment?.Variables['ACCOUNT_URL']).toBe('https://api.example.com/account');
  });
});

describe('the template of dev, with a host for operators', () => {
  let built: Template;
  beforeAll(async () => {
    built = await templateOf('dev', { operators: 'yes' });
  }, 180_000);

  describeOperators(() => built);

  it('has an endpoint for Session Manager', () => {
    expect(Object.keys(built.Resources)).toEqual(expect.arrayContaining(['SsmEndpoint', 'SsmmessagesEndpoint']));
    expect(JSON.stringify(propertiesOf(built, 'EndpointGroup')['SecurityGroupIngress'])).toContain('OperatorsGroup');
  });
});

/** Removes what changes with every deployment: the packages' locations and the list of migrations. */
function normalised(template: Template): unknown {
  const resources = Object.entries(template.Resources).map(([id, { Type, Properties }]) => {
    const text = JSON.stringify(Properties ?? {}, inOrder)
      .replaceAll(/"S3Key":"[^"]*"/g, '"S3Key":"…"')
      .replaceAll(/"(Digest|MIGRATIONS_DIGEST)":"[^"]*"/g, '"$1":"…"');
    return `${id} ${Type} ${text}`;
  });
  return resources.sort();
}

/** Sorts members by name, since their order has no meaning. */
const inOrder = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)))
    : value;
