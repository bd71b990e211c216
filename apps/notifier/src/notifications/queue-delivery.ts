import { queueOf } from '@app/events';
import { manifest } from '../notifier.manifest.js';

/** Which delivery of the queue this is. */
export interface Delivery {
  receiveCount: number;
}

/** Whether the queue does not deliver the message again. */
export function isLast({ receiveCount }: Delivery): boolean {
  return receiveCount >= queueOf(manifest).maxReceiveCount;
}
