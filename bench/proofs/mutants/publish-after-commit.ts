import 'reflect-metadata';
import { afterCommit } from '@app/kernel';
import { Outbox, type OutboxOptions } from '@app/outbox';

/** Publishes events after the commit without an outbox row. */
Outbox.prototype.append = function (_tx, envelope) {
  const { options } = this as unknown as { options: OutboxOptions };
  afterCommit(() => void options.destinations.topic?.(envelope).catch(() => undefined));
  return Promise.resolve();
};
