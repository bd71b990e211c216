import { readFileSync } from 'node:fs';
import { TIMEOUTS } from '../../../libs/database/src/options.js';
import { ofType } from '../../support/templates.js';
import { type Built, functionsOf, propertiesOf } from './built.js';

/** Maximum connections per instance class, by RDS's formula: memory in bytes / 12,582,880. */
const CONNECTIONS: Record<string, number> = { 'db.t4g.small': 150, 'db.t4g.medium': 320, 'db.r7g.large': 1_350 };

export function describeData(template: Built, stage: string): void {
  const settings = () => propertiesOf(template(), 'DatabaseSettings')['Parameters'] as Record<string, string>;

  describe('the database', () => {
    it('is encrypted, private, TLS only and protected, and leaves a snapshot', () => {
      expect(propertiesOf(template(), 'Database')).toMatchObject({
        StorageEncrypted: true,
        PubliclyAccessible: false,
        DeletionProtection: true,
        ManageMasterUserPassword: true,
        MultiAZ: stage === 'prod',
      });
      expect(settings()).toMatchObject({ require_secure_transport: '1' });
      expect(template().Resources['Database']?.DeletionPolicy).toBe('Snapshot');
      for (const [id, { Environment }] of functionsOf(template())) {
        const address = Environment?.Variables['DATABASE_URL'];
        if (address !== undefined)
          expect([id, JSON.stringify(address)]).toEqual([id, expect.stringContaining('?tls=required')]);
      }
    });

    it('has more connections than all functions together can use', () => {
      const wanted = functionsOf(template()).map(([id, { ReservedConcurrentExecutions: reserved, Environment }]) => {
        const variables = Environment?.Variables ?? {};
        if (variables['DATABASE_URL'] === undefined) return 0;
        if (reserved === undefined) throw new Error(`${id} may take any number of connections.`);
        return reserved * Number(variables['DATABASE_POOL_SIZE'] ?? 1);
      });
      const sum = wanted.reduce((total, each) => total + each, 0);
      const allowed = Number(settings()['max_connections']);
      const instanceClass = String(propertiesOf(template(), 'Database')['DBInstanceClass']);
      expect(sum).toBeGreaterThan(0);
      expect(sum).toBeLessThan(0.8 * allowed);
      expect(allowed).toBeLessThanOrEqual(CONNECTIONS[instanceClass] ?? 0);
    });

    it("ends a frozen function's connection after minutes, and never one that a pool still uses", () => {
      const seconds = Number(settings()['wait_timeout']);
      expect(seconds).toBeLessThanOrEqual(10 * 60);
      expect(seconds).toBeGreaterThanOrEqual((2 * TIMEOUTS.idle) / 1_000);
    });
  });

  it('keeps the cache private; ElastiCache Serverless encrypts by itself', () => {
    expect(propertiesOf(template(), 'Cache')).toMatchObject({
      SubnetIds: [{ Ref: 'PrivateSubnetA' }, { Ref: 'PrivateSubnetB' }],
      SecurityGroupIds: [{ 'Fn::GetAtt': ['CacheGroup', 'GroupId'] }],
    });
    expect(JSON.stringify(propertiesOf(template(), 'OrdersDashhttpLambdaFunction')['Environment'])).toContain(
      'rediss://',
    );
  });

  it('rotates every secret that can be rotated', () => {
    const rotated = ofType(template(), 'AWS::SecretsManager::RotationSchedule').map(([id]) =>
      id.replace('Rotation', ''),
    );
    const users = ['Users', 'Products', 'Orders', 'Notifier', 'Payments'].map((service) => `${service}DatabaseSecret`);
    expect(rotated.sort()).toEqual([...users, 'SigningKeysSecret'].sort());
  });

  it('holds no secret', () => {
    const text = JSON.stringify(template());
    expect(text).not.toMatch(/mysql:\/\/[^/"]*:[^/"]*@|BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}/);
    for (const [, { GenerateSecretString: generated, SecretString: value }] of ofType(
      template(),
      'AWS::SecretsManager::Secret',
    )) {
      expect(generated ?? value).toEqual(generated ?? '{}');
    }
  });

  it('reserves the concurrency that the operator guide states', () => {
    const reserved = functionsOf(template()).map(([, { ReservedConcurrentExecutions: each = 0 }]) => each);
    const sum = reserved.reduce((total, each) => total + each, 0);
    const [, stated] =
      new RegExp(`\`${stage}\` reserves (\\d+)`).exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
    expect(Number(stated)).toBe(sum);
  });
}
