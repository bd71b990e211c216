// Checks the stage's name: `local` never leaves this machine, no other stage goes to an emulator, and no misspelt stage
// is created.
const { readFileSync } = require('node:fs');
const { code: currencyOf } = require('currency-codes');
const { parse } = require('yaml');

const LOOPBACK = /^http:\/\/127\.0\.0\.1(:\d+)?\/?$/;
const OFFLINE = ['package', 'print', 'plugin'];

class Stages {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      initialize: () => this.check(),
      'before:aws:deploy:deploy:validateTemplate': () => this.skipForEmulator(),
    };
  }

  get stage() {
    return this.serverless.getProvider('aws').getStage();
  }

  check() {
    const { default: common, ...named } = parse(readFileSync('infra/stages.yml', 'utf8'));
    const stages = Object.fromEntries(Object.entries(named).map(([name, own]) => [name, { ...common, ...own }]));
    const [command] = this.serverless.processedInput.commands;
    const sentence = objection({ stage: this.stage, command, stages, environment: process.env });
    if (sentence) throw new this.serverless.classes.Error(sentence);
  }

  /** The emulator cannot validate a template in its S3; at every other stage CloudFormation does it. */
  skipForEmulator() {
    if (this.stage !== 'local') return;
    const provider = this.serverless.getProvider('aws');
    const request = provider.request.bind(provider);
    provider.request = (service, method, ...rest) =>
      service === 'CloudFormation' && method === 'validateTemplate'
        ? Promise.resolve({})
        : request(service, method, ...rest);
  }
}

/** Returns why a command must not run at this stage, in a sentence; undefined if it may. */
function objection({ stage, command, stages, environment }) {
  if (!(stage in stages)) return `There is no stage ${stage}: choose from ${Object.keys(stages).join(', ')}.`;
  const { currency } = stages[stage];
  if (!currencyOf(currency))
    return `The stage ${stage} has the currency ${currency}, which is not in ISO 4217: set it in infra/stages.yml.`;
  if (OFFLINE.includes(command)) return undefined;
  return stage === 'local' ? leavesThisMachine(environment) : isNotMeantForAws({ stage, command, stages, environment });
}

/** AWS_ENDPOINT_URL, and addresses of single services (AWS_ENDPOINT_URL_S3), which the SDK prefers. */
const endpoints = (environment) =>
  Object.entries(environment).filter(([name, value]) => name.startsWith('AWS_ENDPOINT_URL') && value);

function leavesThisMachine(environment) {
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS)
    return 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is set: the stage local would be deployed to AWS. Unset it.';
  const others = endpoints(environment).filter(([, value]) => !LOOPBACK.test(value));
  if (environment.AWS_ENDPOINT_URL && others.length === 0) return undefined;
  const [name] = others[0] ?? ['AWS_ENDPOINT_URL'];
  return `The stage local is deployed to an emulator only: set ${name} to http://127.0.0.1:<port>.`;
}

function isNotMeantForAws({ stage, command, stages, environment }) {
  const [[name] = []] = endpoints(environment);
  if (name) return `${name} is set: the stage ${stage} is deployed to AWS itself. Unset it, or use --stage local.`;
  if (command === 'deploy' && hasExampleNames(stages[stage]))
    return `The stage ${stage} still has the example's names: set mailDomain, paymentUrl and the addresses in infra/stages.yml.`;
  return undefined;
}

/** Customers are told to pay at `paymentUrl`. */
const hasExampleNames = ({ mailDomain, paymentUrl }) =>
  [mailDomain, new URL(paymentUrl).hostname].some((name) => /(^|\.)example\.com$/.test(name));

module.exports = Object.assign(Stages, { objection });
