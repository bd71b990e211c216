import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** A service of docker/compose.yml, as far as tests look at it. */
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

/** What `docker compose up NAME` starts. */
export function startedWith(services: Record<string, ComposeService>, name: string): string[] {
  const needs = Object.keys(services[name]?.depends_on ?? {});
  return [...new Set([name, ...needs.flatMap((needed) => startedWith(services, needed))])];
}
