import type { Manifest } from '@app/service';
import * as services from './services.js';

export type ServiceName = keyof typeof services;

/** The services that receive events. */
export type Consumer = {
  [Name in ServiceName]: (typeof services)[Name] extends { hears: readonly unknown[] } ? Name : never;
}[ServiceName];

export const MANIFESTS: Readonly<Record<ServiceName, Manifest>> = services;

/** All services, by their numbers. */
export const SERVICES = (Object.keys(services) as ServiceName[]).sort(
  (a, b) => MANIFESTS[a].number - MANIFESTS[b].number,
);

export const CONSUMERS = SERVICES.filter((name): name is Consumer => MANIFESTS[name].hears !== undefined);
