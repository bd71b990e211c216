// The public HTTP API's throttling and optional domain; its routes are those of the manifests.
const { att, capital, ref, resource, sub } = require('./cfn.cjs');

const { SERVICES } = require('../services.cjs');

/** Their buckets are as large as that of all other routes together. */
const APART = SERVICES.flatMap(({ onAws }) => onAws?.throttledApart ?? []).map((path) => `ANY ${path}`);

module.exports = ({ throttle, domain, certificateArn }) => ({
  ...(domain && ownDomain(domain, certificateArn)),
  Outputs: { ...(domain && ownDomain(domain, certificateArn).Outputs), ApiUrl: apiUrl(domain) },
  extensions: {
    // Otherwise callers could bypass a firewall before the domain.
    ...(domain && { HttpApi: { Properties: { DisableExecuteApiEndpoint: true } } }),
    HttpApiStage: {
      Properties: {
        DefaultRouteSettings: throttling(throttle),
        RouteSettings: Object.fromEntries(APART.map((route) => [route, throttling(throttle)])),
      },
      // Settings can only be given to a route that exists.
      DependsOn: APART.map(routeId),
    },
  },
});

/** The Serverless Framework's logical id of a route: `ANY /a-b/{id}` → `HttpApiRouteAnyADashbIdVar`. */
const routeId = (route) => `HttpApiRoute${route.split('/').map(idPart).join('')}`;
const idPart = (part) => {
  const text = part
    .toLowerCase()
    .replaceAll('-', 'Dash')
    .replace(/\{(.*)\}/, '$1Var');
  return capital(text.replace(/[^0-9A-Za-z]/g, ''));
};

const throttling = ({ rate, burst }) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });

const apiUrl = (domain) => ({
  Description: 'Where the API answers',
  Value: domain ? `https://${domain}` : sub('https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}'),
});

const ownDomain = (DomainName, CertificateArn) => ({
  Resources: {
    ApiDomain: resource('AWS::ApiGatewayV2::DomainName', {
      DomainName,
      DomainNameConfigurations: [{ CertificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }],
    }),
    ApiMapping: resource(
      'AWS::ApiGatewayV2::ApiMapping',
      { DomainName: ref('ApiDomain'), ApiId: ref('HttpApi'), Stage: '$default' },
      { DependsOn: 'HttpApiStage' },
    ),
  },
  Outputs: {
    DomainTarget: {
      Description: `What a CNAME of ${DomainName} points at`,
      Value: att('ApiDomain', 'RegionalDomainName'),
    },
  },
});

/** `provider.httpApi.cors`: the same origins as in the applications, or none. */
module.exports.cors = async ({ corsOrigins }) => {
  if (corsOrigins === '') return false;
  if (corsOrigins.includes(':*'))
    throw new Error('API Gateway knows no origin with every port: name each in corsOrigins.');
  // Node strips the types; the applications use the same list.
  const { CORS } = await import('../../libs/http/src/cors.ts');
  return {
    allowedOrigins: corsOrigins.split(',').map((origin) => origin.trim()),
    allowedMethods: CORS.methods,
    allowedHeaders: CORS.allowedHeaders,
    exposedResponseHeaders: CORS.exposedHeaders,
    maxAge: CORS.maxAge,
    allowCredentials: true,
  };
};
