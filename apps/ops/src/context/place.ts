import type { DatabaseAccess } from '@app/database';
import { names } from '@app/events';
import { DomainError } from '@app/kernel';
import { type AwsOptions, Queues } from '@app/messaging';
import type { ProviderAccess } from '../../../payments/src/operations-app.module.js';
import type { MediaAccess } from '../../../products/src/media-operations-app.module.js';
import { type Consumer, CONSUMERS, MANIFESTS, type ServiceName, SERVICES as ALL } from '../../../manifests.js';

/** The services with a database of their own. */
export const SERVICES = ALL.filter((name) => MANIFESTS[name].database);

/** Where the commands act. Its adapters find everything by themselves: the data of `npm start`, or a stage on AWS. */
export abstract class Place {
  /** `local`, or the stage's name. */
  abstract readonly stage: string;
  /**
   * Small pools: a command does one thing at a time.
   *
   * @throws DomainError where there is no database, or one of another release: only `migrate` creates and changes schemas.
   */
  abstract database(service: ServiceName): Promise<DatabaseAccess>;
  /** The same, whatever its schema is. */
  abstract databaseToMigrate(service: ServiceName): Promise<DatabaseAccess>;
  /** The shared cache; undefined where each process has its own. */
  abstract redisUrl(): Promise<string | undefined>;
  /** ISO 4217, of every price here. */
  abstract currency(): Promise<string>;
  abstract aws(): Promise<AwsOptions>;
  /** `file:…` or `secret:…` of the private keys that sign access tokens. */
  abstract signingKeys(): Promise<string>;
  /** `secret:…` of their public part, where processes that sign nothing have one of their own. */
  abstract publicKeys(): Promise<string | undefined>;
  /** With which the notifier hashes addresses. */
  abstract addressHashKey(): Promise<string>;
  /** Who renders images. @throws DomainError where nobody knows how to reach it. */
  abstract media(): Promise<MediaAccess>;
  /** @throws DomainError where nobody knows how to reach it. */
  abstract paymentProvider(): Promise<ProviderAccess>;

  /** The queue and the dead-letter queue of a consumer, for the time of `work`. */
  async withQueues<T>(
    consumer: Consumer,
    work: (queues: Queues, urls: { queue: string; deadLetters: string }) => Promise<T>,
  ): Promise<T> {
    const queues = new Queues(await this.aws());
    try {
      const { queue, deadLetterQueue } = names(this.stage);
      const [url, deadLetters] = await Promise.all([
        queues.url(queue(consumer)),
        queues.url(deadLetterQueue(consumer)),
      ]);
      return await work(queues, { queue: url, deadLetters });
    } finally {
      queues.close();
    }
  }
}

/** @throws DomainError naming the services there are. */
export function serviceNamed(text: string | undefined): ServiceName {
  const service = SERVICES.find((name) => name === text);
  if (!service) throw new DomainError('validation-failed', `Name a service: ${SERVICES.join(', ')}.`);
  return service;
}

/** @throws DomainError naming the services that consume events. */
export function consumerNamed(text: string | undefined): Consumer {
  const consumer = CONSUMERS.find((name) => name === text);
  if (!consumer) throw new DomainError('validation-failed', `Name a service with a queue: ${CONSUMERS.join(', ')}.`);
  return consumer;
}
