// Secrets: passwords of the database's users, and keys that sign and fingerprint. Secrets Manager creates all but the
// first, and all that can be rotated are rotated.
const { att, capital, functionId, ref, resource } = require('./cfn.cjs');
const { SERVICES } = require('../services.cjs');

/** The services with a database, by name. */
const OWNERS = SERVICES.filter(({ database }) => database).map(({ name }) => name);
const secretId = (service, what) => `${capital(service)}${what}Secret`;

module.exports = (stage) => ({ Resources: { ...secrets(stage), ...(stage.local ? {} : rotation(stage)) } });
Object.assign(module.exports, { OWNERS, secretId });

const KEPT = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' };

function secrets(stage) {
  const generated = (description, template, key, length) =>
    resource(
      'AWS::SecretsManager::Secret',
      {
        Description: description,
        GenerateSecretString: {
          SecretStringTemplate: JSON.stringify(template),
          GenerateStringKey: key,
          PasswordLength: length,
          ExcludePunctuation: true,
        },
      },
      KEPT,
    );
  const resources = {
    SigningKeysSecret: resource(
      'AWS::SecretsManager::Secret',
      // The migrations replace this value at the first deployment; before that it cannot sign.
      { Description: 'Keys that sign access tokens (JWKS)', SecretString: '{}' },
      KEPT,
    ),
    PublicKeysSecret: resource(
      'AWS::SecretsManager::Secret',
      // The same; migrations, rotations and the operators' command keep it up to date.
      { Description: 'Public part of the signing keys (JWKS)', SecretString: '{}' },
      KEPT,
    ),
    AdministratorSecret: generated('The first administrator', { ADMIN_EMAIL: stage.adminEmail }, 'ADMIN_PASSWORD', 32),
  };
  for (const service of OWNERS) {
    const account = { service, username: `commerce_${service}` };
    resources[secretId(service, 'Database')] = generated(`Database user of ${service}`, account, 'password', 40);
    resources[secretId(service, 'Fingerprint')] = generated(`Fingerprints of ${service}`, {}, 'FINGERPRINT_KEY', 48);
  }
  if (stage.local) {
    const { databaseUser: username, databasePassword: password } = stage;
    resources.MasterSecret = resource(
      'AWS::SecretsManager::Secret',
      { Description: "The emulated stage's administrator", SecretString: JSON.stringify({ username, password }) },
      KEPT,
    );
  }
  return resources;
}

function rotation({ rotationDays }) {
  const resources = {
    RotationPermission: resource('AWS::Lambda::Permission', {
      FunctionName: att(functionId('databases-rotate'), 'Arn'),
      Action: 'lambda:InvokeFunction',
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: ref('AWS::AccountId'),
    }),
  };
  for (const secret of [...OWNERS.map((service) => secretId(service, 'Database')), 'SigningKeysSecret']) {
    resources[`${secret}Rotation`] = resource(
      'AWS::SecretsManager::RotationSchedule',
      {
        SecretId: ref(secret),
        RotationLambdaARN: att(functionId('databases-rotate'), 'Arn'),
        RotationRules: { AutomaticallyAfterDays: rotationDays },
        RotateImmediatelyOnUpdate: false,
      },
      { DependsOn: ['RotationPermission', 'Databases'] },
    );
  }
  return resources;
}
