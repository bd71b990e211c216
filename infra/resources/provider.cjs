// The stage's values for `provider` of serverless.yml.
const { readStage, att, ref } = require('./cfn.cjs');
const { cors } = require('./api.cjs');

/** The network of a function that may reach the given groups; the emulator has none. */
const vpcOf = ({ local }, groups) =>
  local
    ? { securityGroupIds: [], subnetIds: [] }
    : {
        securityGroupIds: ['FunctionGroup', ...groups].map((group) => att(group, 'GroupId')),
        subnetIds: [ref('PrivateSubnetA'), ref('PrivateSubnetB')],
      };

module.exports = {
  stage: readStage,
  cors: async (context) => cors(await readStage(context)),
  vpc: async (context) => vpcOf(await readStage(context), []),
  vpcOf,
};
