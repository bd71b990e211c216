import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { loadConfig } from '@app/config';
import { OpsConfig } from '../ops.config.js';
import { Operator } from './operator.js';
import { StagePlace } from './stage-place.js';

const FUNCTIONS: Record<string, Record<string, string>> = {
  'commerce-dev-orders-http': {
    DATABASE_URL: 'mysql://db.example:3306/commerce_orders?tls=required',
    DATABASE_SECRET: 'orders-db',
  },
  'commerce-dev-products-http': { REDIS_URL: 'rediss://cache.example:6379' },
  'commerce-dev-notifier-http': { SECRETS: 'notifier-fingerprint' },
  'commerce-dev-payments-http': { PSP_COMMANDS: 'lambda:commerce-dev-payments-psp' },
  'commerce-old-payments-http': {},
  'commerce-dev-users-http': { JWT_KEYS: 'secret:signing-keys' },
  'commerce-dev-users-rpc': { JWT_KEYS: 'secret:public-keys' },
  'commerce-old-users-http': { JWT_KEYS: 'secret:signing-keys' },
  'commerce-old-users-rpc': { JWT_KEYS: 'secret:signing-keys' },
};
const SECRETS: Record<string, object> = {
  'orders-db': { username: 'commerce_orders', password: 'p@ss' },
  'notifier-fingerprint': { FINGERPRINT_KEY: 'k'.repeat(48) },
};
const CALLER = 'arn:aws:sts::123456789012:assumed-role/Operators/ann';

/** Fakes the calls used of Lambda, Secrets Manager and STS. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const name = /^\/2015-03-31\/functions\/([^/]+)\/configuration/.exec(request.url ?? '')?.[1];
  const json = (status: number, value: object, type?: string) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) })
      .end(JSON.stringify(value));
  if (name !== undefined) {
    const Variables = FUNCTIONS[name];
    if (Variables) json(200, { FunctionName: name, Environment: { Variables } });
    else json(404, { Type: 'User', Message: 'Function not found' }, 'ResourceNotFoundException');
  } else if (body.includes('GetCallerIdentity')) {
    response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${CALLER}</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      );
  } else {
    const { SecretId } = JSON.parse(body) as { SecretId: string };
    json(200, { Name: SecretId, SecretString: JSON.stringify(SECRETS[SecretId]) });
  }
}

describe('a stage on AWS', () => {
  let server: Server;
  const place = (stage = 'dev', more: Record<string, string> = {}) => {
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new StagePlace(stage, loadConfig(OpsConfig, { AWS_ENDPOINT_URL, ...more }));
  };

  beforeAll(async () => {
    server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is found through the settings of its functions: database with credentials, cache, keys', async () => {
    const { url = '', migrated } = await place().database('orders');
    expect([url, migrated]).toEqual([
      'mysql://commerce_orders:p%40ss@db.example:3306/commerce_orders?tls=required',
      'elsewhere',
    ]);
    expect(await place().redisUrl()).toBe('rediss://cache.example:6379');
    expect(await place().signingKeys()).toBe('secret:signing-keys');
    expect(await place().publicKeys()).toBe('secret:public-keys');
    expect(await place().addressHashKey()).toBe('k'.repeat(48));
  });

  it('of an earlier release has no separate secret for public keys, so they do not replace the private ones', async () => {
    expect(await place('old').publicKeys()).toBeUndefined();
  });

  it('is reached through a tunnel if DATABASE_ADDRESS is set, with its own name and credentials', async () => {
    const { url } = await place('dev', { DATABASE_ADDRESS: '127.0.0.1:3307' }).database('orders');
    const { host, username, password, pathname, search } = new URL(url ?? '');
    expect([host, username, password]).toEqual(['127.0.0.1:3307', 'commerce_orders', 'p%40ss']);
    expect(pathname + search).toBe('/commerce_orders?tls=required');
  });

  it('asks the payment provider through its function, if it has one', async () => {
    expect(await place().paymentProvider()).toMatchObject({
      address: 'lambda:commerce-dev-payments-psp',
      region: 'eu-west-1',
      endpoint: expect.stringContaining('127.0.0.1') as string,
    });
    await expect(place('old').paymentProvider()).rejects.toThrow(
      'functions reach no payment provider: deploy this one.',
    );
  });

  it('that does not exist is reported in a sentence', async () => {
    await expect(place('prod').database('orders')).rejects.toThrow(
      'There is no stage prod in eu-west-1 of this account: check --stage, AWS_REGION and the credentials.',
    );
  });

  it('names the AWS caller as the operator', async () => {
    expect(await new Operator(place()).name()).toBe(CALLER);
  });
});
