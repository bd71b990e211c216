// Bundles the functions before they are packaged, so that `serverless deploy` never ships old code. BUNDLE=none creates
// empty packages, to get the template in seconds; BUNDLE=keep packages the current content of dist/lambda.
const { mkdirSync, writeFileSync } = require('node:fs');

const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]);

module.exports = class Bundle {
  constructor(serverless, options, { log, progress }) {
    const run = async (apps) => {
      if (process.env.BUNDLE === 'none') return packNothing(serverless);
      if (process.env.BUNDLE === 'keep') return;
      const build = progress.create({ message: 'Bundling the functions' });
      try {
        const { bundle } = await import('../build/bundle.mjs');
        // The emulator runs functions on this machine.
        const stage = serverless.getProvider('aws').getStage();
        const options = stage === 'local' ? { platform: `${process.platform}-${process.arch}` } : {};
        log.verbose(`Bundled ${(await bundle(apps, options)).join(', ')}`);
      } finally {
        build.remove();
      }
    };
    const appOf = (name) => serverless.service.getFunction(name).handler.split('/')[2];
    this.hooks = {
      'before:package:createDeploymentArtifacts': () => run(),
      'before:package:function:package': () => run([appOf(options.function)]),
      // `deploy function` would look up the role by a name that does not exist; only the whole stack changes roles.
      'before:deploy:function:deploy': () => delete serverless.service.getFunction(options.function).role,
    };
  }
};

function packNothing(serverless) {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/empty.zip', EMPTY_ZIP);
  for (const name of serverless.service.getAllFunctions()) {
    serverless.service.getFunction(name).package = { artifact: 'dist/empty.zip' };
  }
}
