import { type QueueTopology, queuesOf } from '@app/events';
import { type Consumer, MANIFESTS, SERVICES } from './manifests.js';

/** The queue of each consumer. */
export const QUEUES = queuesOf(Object.fromEntries(SERVICES.map((name) => [name, MANIFESTS[name]]))) as Readonly<
  Record<Consumer, QueueTopology>
>;
