import { Queues } from '@app/messaging';

/** Redrives dead letters as the operators' command does, in a separate process. */
const [endpoint = '', from = '', to = ''] = process.argv.slice(2);
const queues = new Queues({ region: 'eu-west-1', endpoint });
await queues.redrive(from, to, { limit: Infinity }).then(
  () => process.exit(0),
  () => process.exit(1),
);
