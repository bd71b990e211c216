// The custom resource that prepares databases, users, schemas and keys before any function that needs them is deployed.
const { att, functionId, resource } = require('./cfn.cjs');

module.exports = ({ local, migrations: digest }) => ({
  Resources: {
    Databases: resource(
      'Custom::Databases',
      { ServiceToken: att(functionId('databases-migrate'), 'Arn'), ServiceTimeout: 600, Digest: digest },
      // Its answer leaves the network through S3's endpoint.
      local ? {} : { DependsOn: ['S3Endpoint', 'DatabaseIngress', 'DatabaseEgress'] },
    ),
  },
  Outputs: { MigrationsDigest: { Description: 'The schema that is deployed', Value: digest } },
});
