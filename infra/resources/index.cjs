// `resources` of serverless.yml: everything except the functions and their routes.
const { readStage } = require('./cfn.cjs');

const EVERYWHERE = ['secrets', 'messaging', 'roles', 'databases', 'api', 'mail', 'media'];
/** Resources that the emulator lacks; the local stage gets a database and a Redis instead. */
const ON_AWS = ['network', 'data', 'alarms', 'operators'];

module.exports = async (context) => {
  const stage = await readStage(context);
  stage.functionNames = Object.keys(await context.resolveConfigurationProperty(['functions']));
  const parts = [...EVERYWHERE, ...(stage.local ? [] : ON_AWS)];
  return parts.map((part) => require(`./${part}.cjs`)(stage));
};
