// What `provider` of serverless.yml takes from the stage.
const { readStage, att, ref } = require('./cfn.cjs');
const { cors } = require('./api.cjs');

/** The network of a function that reaches the parts whose groups are given; the emulator has none. */
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
