// The database and the cache: encrypted, private, and with a final snapshot.
const { att, ref, resource, sub } = require('./cfn.cjs');
const { OWNERS, secretId } = require('./secrets.cjs');

const SUBNETS = [ref('PrivateSubnetA'), ref('PrivateSubnetB')];

/** The maximum size of the cache. */
const CACHE_GB = 5;

module.exports = (stage) => ({
  Resources: { ...database(stage), ...(stage.databaseProxy === 'yes' ? proxy() : {}), ...cache(stage) },
});

module.exports.CACHE_GB = CACHE_GB;

function database(stage) {
  return {
    DatabaseSubnets: resource('AWS::RDS::DBSubnetGroup', {
      DBSubnetGroupDescription: 'The private subnets',
      SubnetIds: SUBNETS,
    }),
    DatabaseSettings: resource('AWS::RDS::DBParameterGroup', {
      Family: 'mysql8.4',
      Description: 'TLS only; as many connections as the functions are budgeted for; locks of the frozen end',
      Parameters: {
        require_secure_transport: '1',
        max_connections: String(stage.maxConnections),
        // A function frozen inside a transaction holds its row locks this long. Longer than a pool's idle timeout
        // (libs/database), so that the server never closes a connection that is about to be used.
        wait_timeout: '300',
      },
    }),
    Database: resource(
      'AWS::RDS::DBInstance',
      {
        Engine: 'mysql',
        EngineVersion: '8.4',
        DBInstanceClass: stage.instanceClass,
        DBParameterGroupName: ref('DatabaseSettings'),
        DBSubnetGroupName: ref('DatabaseSubnets'),
        VPCSecurityGroups: [att('DatabaseGroup', 'GroupId')],
        AllocatedStorage: String(stage.storageGb),
        MaxAllocatedStorage: stage.storageGb * 10,
        StorageType: 'gp3',
        ...(stage.snapshot === '' ? { StorageEncrypted: true, MasterUsername: 'administrator' } : restored(stage)),
        MultiAZ: stage.multiAz,
        PubliclyAccessible: false,
        ManageMasterUserPassword: true,
        CACertificateIdentifier: 'rds-ca-rsa2048-g1',
        BackupRetentionPeriod: stage.backupDays,
        DeletionProtection: true,
        CopyTagsToSnapshot: true,
        EnableCloudwatchLogsExports: ['error'],
      },
      {
        DeletionPolicy: 'Snapshot',
        UpdateReplacePolicy: 'Snapshot',
        // AWS raises the minor version; cfn-lint knows only full versions.
        Metadata: { 'cfn-lint': { config: { ignore_checks: ['E3691'] } } },
      },
    ),
  };
}

/** A restored database takes its administrator and encryption from the snapshot. */
const restored = ({ snapshot }) => ({ DBSnapshotIdentifier: snapshot });

/** Prepared statements pin its sessions, so it saves reconnects, not connections: the budget does not change. */
function proxy() {
  const userSecrets = OWNERS.map((service) => ref(secretId(service, 'Database')));
  return {
    DatabaseProxyRole: resource('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'rds.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'secrets',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'ProxyReadsSecrets',
                Effect: 'Allow',
                Action: 'secretsmanager:GetSecretValue',
                Resource: userSecrets,
              },
            ],
          },
        },
      ],
    }),
    DatabaseProxy: resource('AWS::RDS::DBProxy', {
      DBProxyName: sub('${AWS::StackName}'),
      EngineFamily: 'MYSQL',
      RequireTLS: true,
      RoleArn: att('DatabaseProxyRole', 'Arn'),
      VpcSubnetIds: SUBNETS,
      VpcSecurityGroupIds: [att('DatabaseGroup', 'GroupId')],
      Auth: userSecrets.map((SecretArn) => ({ AuthScheme: 'SECRETS', IAMAuth: 'DISABLED', SecretArn })),
    }),
    DatabaseProxyTargets: resource('AWS::RDS::DBProxyTargetGroup', {
      DBProxyName: ref('DatabaseProxy'),
      TargetGroupName: 'default',
      DBInstanceIdentifiers: [ref('Database')],
      ConnectionPoolConfigurationInfo: { MaxConnectionsPercent: 90 },
    }),
    ProxyIngress: resource('AWS::EC2::SecurityGroupIngress', {
      IpProtocol: 'tcp',
      FromPort: 3306,
      ToPort: 3306,
      GroupId: att('DatabaseGroup', 'GroupId'),
      SourceSecurityGroupId: att('DatabaseGroup', 'GroupId'),
      Description: 'Proxy to database',
    }),
    ProxyEgress: resource('AWS::EC2::SecurityGroupEgress', {
      IpProtocol: 'tcp',
      FromPort: 3306,
      ToPort: 3306,
      GroupId: att('DatabaseGroup', 'GroupId'),
      DestinationSecurityGroupId: att('DatabaseGroup', 'GroupId'),
      Description: 'Proxy to database',
    }),
  };
}

/** Serverless: always TLS, always cluster mode, billed by use above 100 MB. */
function cache({ stage }) {
  return {
    Cache: resource('AWS::ElastiCache::ServerlessCache', {
      ServerlessCacheName: `commerce-${stage}`,
      Description: 'Answers of the product catalog and counters; may be lost at any time',
      Engine: 'valkey',
      MajorEngineVersion: '8',
      SubnetIds: SUBNETS,
      SecurityGroupIds: [att('CacheGroup', 'GroupId')],
      CacheUsageLimits: { DataStorage: { Maximum: CACHE_GB, Unit: 'GB' }, ECPUPerSecond: { Maximum: 50_000 } },
    }),
  };
}
