import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { parse } from 'yaml';

interface Asked {
  stage: string;
  command: string;
  environment?: Record<string, string>;
  mailDomain?: string;
  paymentUrl?: string;
  currency?: string;
}

const { objection } = jest.requireActual<{ objection(asked: object): string | undefined }>(
  '../../infra/plugins/stages.cjs',
);
const ask = ({ stage, command, environment = {}, currency = 'USD', ...names }: Asked) => {
  const dev = { currency, mailDomain: 'shop.example', paymentUrl: 'https://shop.example/pay', ...names };
  return objection({ stage, command, environment, stages: { local: { currency }, dev } });
};

const LOCAL = 'http://127.0.0.1:4566';

describe('a stage', () => {
  it.each(['deploy', 'remove', 'invoke', 'logs', 'rollback'])('local: %s goes only to a local emulator', (command) => {
    const environment = { AWS_ENDPOINT_URL: LOCAL };
    expect(ask({ stage: 'local', command, environment })).toBeUndefined();
  });

  it.each([
    [{}],
    [{ AWS_ENDPOINT_URL: '' }],
    [{ AWS_ENDPOINT_URL: 'https://127.0.0.1:4566' }],
    [{ AWS_ENDPOINT_URL: 'http://localhost:4566' }],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1.example.com' }],
    [{ AWS_ENDPOINT_URL: 'http://127.0.0.1@example.com' }],
    [{ AWS_ENDPOINT_URL: 'http://10.0.0.1:4566' }],
    [{ AWS_ENDPOINT_URL: 'https://cloudformation.eu-west-1.amazonaws.com' }],
    // The SDK prefers this to the address for all services.
    [{ AWS_ENDPOINT_URL: LOCAL, AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com' }],
    [{ AWS_ENDPOINT_URL_CLOUDFORMATION: LOCAL }],
    [{ AWS_ENDPOINT_URL: LOCAL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }],
  ])('local: a deployment with %j never begins', (environment) => {
    expect(ask({ stage: 'local', command: 'deploy', environment })).toMatch(/^The stage local is|^AWS_IGNORE/);
  });

  it('other than local never goes to an emulator', () => {
    const environment = { AWS_ENDPOINT_URL: LOCAL };
    expect(ask({ stage: 'dev', command: 'deploy', environment })).toContain('AWS_ENDPOINT_URL is set');
    expect(ask({ stage: 'dev', command: 'deploy' })).toBeUndefined();
  });

  it.each([{ mailDomain: 'dev.example.com' }, { paymentUrl: 'https://shop.dev.example.com/pay' }])(
    "is never deployed under the example's names, but may be packaged: %j",
    (names) => {
      expect(ask({ stage: 'dev', command: 'deploy', ...names })).toContain('set mailDomain, paymentUrl');
      expect(ask({ stage: 'dev', command: 'package', ...names })).toBeUndefined();
    },
  );

  it('has an existing currency, before anything is packaged', () => {
    expect(ask({ stage: 'dev', command: 'package', currency: 'KWD' })).toBeUndefined();
    expect(ask({ stage: 'dev', command: 'package', currency: 'ZZZ' })).toContain(
      'currency ZZZ, which is not in ISO 4217',
    );
  });

  it('must exist', () => {
    expect(ask({ stage: 'prdo', command: 'package' })).toBe('There is no stage prdo: choose from local, dev.');
  });

  it('that does not exist is refused by the command itself, in one sentence', async () => {
    const args = ['node_modules/serverless/bin/serverless.js', 'package', '--stage', 'qa'];
    const env = { PATH: process.env['PATH'], BUNDLE: 'none', SLS_TELEMETRY_DISABLED: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout.split(/^Error:\n/m)[1]?.trim()).toBe('There is no stage qa: choose from dev, staging, prod, local.');
  }, 60_000);

  it('local is refused by the command itself', async () => {
    const args = ['node_modules/serverless/bin/serverless.js', 'deploy', '--stage', 'local'];
    const env = { PATH: process.env['PATH'], AWS_ENDPOINT_URL: 'http://127.0.0.2:1', BUNDLE: 'none' };
    const attempt = promisify(execFile)(process.execPath, args, { env });
    await expect(attempt).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining('The stage local is deployed to an emulator only') as string,
    });
  });

  it('prod cannot be deleted by accident', () => {
    const { provider } = parse(readFileSync('serverless.yml', 'utf8')) as { provider: { deletionProtection: string } };
    expect(provider.deletionProtection).toBe('${self:custom.stage.protected, null}');
    const stages = parse(readFileSync('infra/stages.yml', 'utf8')) as Record<string, { protected?: unknown }>;
    expect([stages['default']?.protected, stages['prod']?.protected]).toEqual([null, true]);
  });
});
