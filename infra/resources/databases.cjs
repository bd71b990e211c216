// The custom resource that prepares databases, users, schemas and keys before any function that needs them is deployed.
const { att, functionId, resource } = require('./cfn.cjs');
const { wayOut } = require('./network.cjs');

module.exports = (stage) => ({
  Resources: {
    Databases: resource(
      'Custom::Databases',
      { ServiceToken: att(functionId('databases-migrate'), 'Arn'), ServiceTimeout: 600, Digest: stage.migrations },
      // Its response leaves the network through S3's endpoint; without it the stack would wait until its timeout.
      stage.local ? {} : { DependsOn: [...wayOut(stage), 'DatabaseIngress', 'DatabaseEgress'] },
    ),
  },
  Outputs: { MigrationsDigest: { Description: 'The schema that is deployed', Value: stage.migrations } },
});
