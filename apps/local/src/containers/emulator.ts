import { join } from 'node:path';
import { loadConfig } from '@app/config';
import { runMain } from '@app/kernel';
import { createTopology } from '@app/messaging';
import { QUEUES } from '../../../queues.js';
import { LocalPayments } from '../dev/local-payments.js';
import { LocalQueues } from '../dev/local-queues.js';
import { EmbeddedAws } from '../embedded/aws.js';
import { DataFolder } from '../embedded/data-folder.js';
import { Mailbox } from '../embedded/mailbox.js';
import { loadSecrets } from '../embedded/secrets.js';
import { createLocalApp } from '../local-app.js';
import { MEDIA_BUCKET } from '../media/media-door.js';
import { LocalAppModule } from '../local-app.module.js';
import { Services } from '../services.js';
import { StripeWire } from '../stripe/stripe-wire.js';
import { ThisMachine } from '../machine/this-machine.js';
import { EmulatorConfig } from './containers.config.js';
import { stopOnSignal } from './stop-on-signal.js';

const REGION = 'eu-west-1';

/** The emulator of docker/compose.yml: SNS and SQS with the platform's topology, SES, Stripe, the console, a signing key. */
await runMain(async () => {
  const config = loadConfig(EmulatorConfig);
  const { HOST: host, PORT, AWS_PORT, SES_PORT, STRIPE_PORT, DATA_DIR, KEYS_DIR, LOG_LEVEL } = config;
  const machine = new ThisMachine({ networks: config.LOCAL_NETWORKS, hosts: config.LOCAL_HOSTS });
  const folder = DataFolder.open(DATA_DIR);
  await loadSecrets(KEYS_DIR);
  const stored = { folder: DATA_DIR, buckets: [MEDIA_BUCKET] };
  const aws = await EmbeddedAws.start({ host, machine, port: AWS_PORT, ...stored, region: REGION });
  await createTopology('local', QUEUES, { endpoint: aws.endpoint, region: REGION });
  const mailbox = await Mailbox.start({ host, machine, port: SES_PORT, file: join(DATA_DIR, 'mailbox.ndjson') });
  const stripe = await StripeWire.start({
    ...{ host, machine, port: STRIPE_PORT, dataDir: join(DATA_DIR, 'stripe') },
    settings: { webhook_url: config.STRIPE_WEBHOOK_URL ?? null, webhook_secrets: [config.STRIPE_WEBHOOK_SECRET] },
  });
  const services = new Services({});
  const console = await createLocalApp(
    { logLevel: LOG_LEVEL, corsOrigins: '' },
    {
      module: LocalAppModule.forParts({
        services,
        queues: new LocalQueues({ aws, region: REGION }),
        mailbox,
        payments: new LocalPayments(undefined, stripe),
      }),
      services,
      machine,
      logins: () => [],
    },
  );
  await console.listen({ host, port: PORT });
  stopOnSignal(async () => {
    await Promise.all([console.close(), aws.stop(), mailbox.stop(), stripe.stop()]);
    folder.close();
  });
});
