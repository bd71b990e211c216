import 'reflect-metadata';
import { Queues } from '@app/messaging';
import type { Message } from '@aws-sdk/client-sqs';

interface Steps {
  receive(url: string, count: number, holdSeconds: number): Promise<Message[]>;
  remove(url: string, messages: readonly Message[]): Promise<void>;
  forward(to: string, message: Message): Promise<void>;
}

/** Deletes a dead letter before sending it. */
Queues.prototype.redrive = async function (from, to) {
  const { receive, remove, forward } = this as unknown as Steps;
  for (let moved = 0; ;) {
    const messages = await receive.call(this, from, 10, 60);
    if (messages.length === 0) return moved;
    await remove.call(this, from, messages);
    for (const message of messages) await forward.call(this, to, message);
    moved += messages.length;
  }
};
