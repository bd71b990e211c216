import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RawJson } from './answers.js';
import { type DocumentLink } from './docs.js';
import { mergeDocuments } from './merge-documents.js';
import { useDocument } from './openapi.js';

/** The documents of several services, for the app that shows them as one platform. */
export interface PlatformDocuments {
  /** Fetches the OpenAPI document of each service, by name. */
  services: Readonly<Record<string, () => Promise<object>>>;
  /** The AsyncAPI document of the events. */
  events: () => object;
  /** The folder of Swagger UI's files, if a bundle has them outside their package. */
  assets?: string;
}

/**
 * Serves each service's document at /openapi/<name>.json, the events' at /asyncapi.json; returns the links for /docs.
 */
export function usePlatformDocuments(
  app: NestFastifyApplication,
  title: string,
  { services, events }: PlatformDocuments,
): DocumentLink[] {
  for (const [name, document] of Object.entries(services)) {
    useDocument(app, `/openapi/${name}.json`, async () => RawJson.of(await document()));
  }
  useDocument(app, '/asyncapi.json', () => RawJson.of(events()));
  return [
    { name: title, url: '/openapi.json' },
    ...Object.keys(services).map((name) => ({ name: `${name} service`, url: `/openapi/${name}.json` })),
  ];
}

/** Returns one document of all services, which also links to the events' document. */
export async function wholeDocument(title: string, { services }: PlatformDocuments): Promise<object> {
  const documents = await Promise.all(Object.values(services).map((document) => document()));
  const externalDocs = { description: 'The events (AsyncAPI 3)', url: '/asyncapi.json' };
  return { ...mergeDocuments(title, documents as Parameters<typeof mergeDocuments>[1]), externalDocs };
}
