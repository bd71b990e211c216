import { join } from 'node:path';
import { createTopology } from '@app/messaging';
import { EmbeddedAws } from '../../../apps/local/src/embedded/aws.js';
import { Mailbox } from '../../../apps/local/src/embedded/mailbox.js';
import { QUEUES } from '../../../apps/queues.js';
import { createAuditQueue } from './audit-queue.js';

/** SNS, SQS and the mailbox in a separate process, so that they survive a service's death. */
const folder = process.argv[2] ?? '.';
const region = 'eu-west-1';
const aws = await EmbeddedAws.start({ folder, port: 0, region });
const mailbox = await Mailbox.start({ port: 0, file: join(folder, 'mailbox.ndjson') });
const options = { region, endpoint: aws.endpoint };
const topology = await createTopology('proof', QUEUES, options);
const auditQueueUrl = await createAuditQueue(options, topology.topicArn);
process.send?.({ aws: aws.endpoint, mail: mailbox.endpoint, auditQueueUrl, ...topology });
