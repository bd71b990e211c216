// What a stage's name promises: `local` never leaves this machine, a protected stack is not deleted by accident, and no
// misspelt stage is created.
const { readFileSync } = require('node:fs');
const { parse } = require('yaml');

const LOOPBACK = /^http:\/\/127\.0\.0\.1(:\d+)?\/?$/;
const OFFLINE = ['package', 'print', 'plugin'];

module.exports = class Stages {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      initialize: () => this.check(),
      'before:aws:deploy:deploy:validateTemplate': () => this.skipForEmulator(),
      'after:deploy:deploy': () => this.protect(),
    };
  }

  get stage() {
    return this.serverless.getProvider('aws').getStage();
  }

  check() {
    const stages = parse(readFileSync('infra/stages.yml', 'utf8'));
    delete stages.default;
    const fail = (sentence) => {
      throw new this.serverless.classes.Error(sentence);
    };
    if (!(this.stage in stages))
      fail(`There is no stage ${this.stage}: choose from ${Object.keys(stages).join(', ')}.`);
    const [command] = this.serverless.processedInput.commands;
    const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
    if (this.stage !== 'local' && endpoint !== '' && !OFFLINE.includes(command))
      fail(
        `AWS_ENDPOINT_URL is set: the stage ${this.stage} is deployed to AWS itself. Unset it, or use --stage local.`,
      );
    if (this.stage === 'local' && !LOOPBACK.test(endpoint) && !OFFLINE.includes(command))
      fail('The stage local is deployed to an emulator only: set AWS_ENDPOINT_URL to http://127.0.0.1:<port>.');
  }

  /** The emulator cannot validate a template that lies in its S3; CloudFormation does it at every other stage. */
  skipForEmulator() {
    if (this.stage !== 'local') return;
    const provider = this.serverless.getProvider('aws');
    const request = provider.request.bind(provider);
    provider.request = (service, method, ...rest) =>
      service === 'CloudFormation' && method === 'validateTemplate'
        ? Promise.resolve({})
        : request(service, method, ...rest);
  }

  async protect() {
    const provider = this.serverless.getProvider('aws');
    if (parse(readFileSync('infra/stages.yml', 'utf8'))[this.stage].protected !== 'yes') return;
    await provider.request('CloudFormation', 'updateTerminationProtection', {
      StackName: provider.naming.getStackName(),
      EnableTerminationProtection: true,
    });
  }
};
