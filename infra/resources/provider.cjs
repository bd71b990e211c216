// What `provider` of serverless.yml takes from the stage.
const { readStage, att, ref } = require('./cfn.cjs');
const { cors } = require('./api.cjs');

const network = (...groups) => ({
  securityGroupIds: groups.map((group) => att(group, 'GroupId')),
  subnetIds: [ref('PrivateSubnetA'), ref('PrivateSubnetB')],
});

module.exports.stage = readStage;
module.exports.cors = async (context) => cors(await readStage(context));
const vpc =
  (...groups) =>
  async (context) => {
    const { local } = await readStage(context);
    return local ? { securityGroupIds: [], subnetIds: [] } : network('FunctionGroup', ...groups);
  };
module.exports.vpc = vpc();
module.exports.databaseVpc = vpc('DatabaseClientGroup');
module.exports.cacheVpc = vpc('DatabaseClientGroup', 'CacheClientGroup');
