import { Queues } from '@app/messaging';

/** Moves dead letters back as the operators' command does, in a process of its own. */
const [endpoint = '', from = '', to = ''] = process.argv.slice(2);
const queues = new Queues({ region: 'eu-west-1', endpoint });
await queues.redrive(from, to, { limit: Infinity }).then(
  () => process.exit(0),
  () => process.exit(1),
);
