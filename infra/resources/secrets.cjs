// Secrets: passwords of the database's users, keys that sign and fingerprint, and those of the account at Stripe. Secrets
// Manager creates what it can, and all that can be rotated are rotated.
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
  /** Filled later; a deployment never changes its value again. */
  const empty = (Description) => resource('AWS::SecretsManager::Secret', { Description, SecretString: '{}' }, KEPT);
  const resources = {
    // The migrations replace this value at the first deployment; before that it cannot sign.
    SigningKeysSecret: empty('Keys that sign access tokens (JWKS)'),
    // The same; migrations, rotations and the operators' command keep it up to date.
    PublicKeysSecret: empty('Public part of the signing keys (JWKS)'),
    // An operator fills these (docs/operations.md, Payments by card); until then there are only payments by hand.
    StripeKeySecret: empty('Key of the account at Stripe (STRIPE_SECRET_KEY)'),
    StripeWebhookSecret: empty('What Stripe signs its events with (STRIPE_WEBHOOK_SECRETS)'),
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
