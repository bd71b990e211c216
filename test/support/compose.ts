import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The parts of a service in docker/compose.yml that tests read. */
export interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string; args: { APP: string } };
  command?: string[];
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, string>;
  volumes?: string[];
  tmpfs?: string[];
  ports?: string[];
  healthcheck?: object;
  read_only?: boolean;
  cap_drop?: string[];
}

export function readCompose(): { services: Record<string, ComposeService>; volumes: Record<string, unknown> } {
  return parse(readFileSync('docker/compose.yml', 'utf8'), { merge: true }) as ReturnType<typeof readCompose>;
}

/** The services started by `docker compose up NAME`. */
export function startedWith(services: Record<string, ComposeService>, name: string): string[] {
  const needs = Object.keys(services[name]?.depends_on ?? {});
  return [...new Set([name, ...needs.flatMap((needed) => startedWith(services, needed))])];
}
