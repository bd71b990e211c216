import { giveFreedMemoryBack } from './memory.js';
import { fail, startFailure } from './machine/start-failure.js';

const MINIMUM_NODE = 24;
if (Number(process.versions.node.split('.')[0]) < MINIMUM_NODE) {
  fail(`Node ${process.versions.node} is too old: this platform needs Node ${MINIMUM_NODE} or newer.`);
}

giveFreedMemoryBack();

// Imported late, so that an old Node gets the sentence above instead of a syntax error.
const { loadConfig, processEnvironment } = await import('@app/config');
const { LocalConfig } = await import('./local.config.js');
const { Platform } = await import('./platform.js');
const { SERVICES } = await import('../../manifests.js');

const only = process.argv.slice(2);
for (const name of only) {
  if (!(SERVICES as readonly string[]).includes(name))
    fail(`There is no service ${name}: choose from ${SERVICES.join(', ')}.`);
}

try {
  const settings = processEnvironment();
  const config = loadConfig(LocalConfig, settings);
  const platform = await Platform.start({
    host: config.HOST,
    port: config.PORT,
    dataDir: config.DATA_DIR,
    databaseUrl: config.DATABASE_URL,
    redisUrl: config.REDIS_URL,
    logLevel: config.LOG_LEVEL,
    corsOrigins: config.CORS_ORIGINS,
    docs: config.DOCS,
    neighbours: { networks: config.LOCAL_NETWORKS, hosts: config.LOCAL_HOSTS },
    settings,
    adminEmail: config.ADMIN_EMAIL,
    adminPassword: config.ADMIN_PASSWORD,
    // Calls to other services need a token from users.
    services: SERVICES.filter((name) => only.length === 0 || name === 'users' || only.includes(name)),
  });
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      platform.close().then(
        () => process.exit(0),
        (error: unknown) => fail(startFailure(error)),
      );
    });
  }
  // The banner says how to stop the platform, so it must be stoppable by now.
  console.log(platform.banner());
} catch (error) {
  fail(startFailure(error));
}
