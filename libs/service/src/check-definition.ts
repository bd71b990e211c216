import type { Manifest } from './manifest.js';

/** As far as a definition must agree with its manifest. */
interface Defined {
  database?: unknown;
  sweeps?: unknown;
  begin?: unknown;
}

/**
 * Whether a definition does what its manifest says.
 *
 * @throws Error that names the service and what to change.
 */
export function checkDefinition(manifest: Manifest, { database, sweeps, begin }: Defined): void {
  const { name, publishes } = manifest;
  expect(/^[a-z]+$/.test(name), name, 'its name is part of variables and identifiers: use lower-case letters alone');
  expect(
    manifest.database === (database !== undefined),
    name,
    'say `database` in its manifest and its definition, or in neither',
  );
  expect(
    publishes || (!sweeps && !begin),
    name,
    'on AWS only the relay of a service that `publishes` sweeps and begins',
  );
  for (const [input, { queue, outside }] of Object.entries(manifest.onAws?.functions ?? {}))
    expect(
      queue !== undefined || outside !== undefined || isUsual(manifest, input),
      name,
      `nothing feeds its function ${input}: name a queue, or say that it is asked from \`outside\``,
    );
  for (const path of manifest.onAws?.throttledApart ?? [])
    expect(manifest.routes.includes(path), name, `it has no route ${path} to throttle: name one of its \`routes\``);
}

/** What a service without callers of its own may not say. */
export function checkPlain({ name, asks, answers, publishes }: Manifest): void {
  expect(!asks && !answers && !publishes, name, 'a service that asks, answers or publishes is defined by defineApi');
}

/** What knowing callers, idempotency and an outbox need. */
export function checkApi({ name, ...manifest }: Manifest, { ownAuthentication }: { ownAuthentication: boolean }): void {
  expect(manifest.database && manifest.publishes, name, 'an API keeps an outbox: it has a `database` and `publishes`');
  if (ownAuthentication) return;
  expect(manifest.asks?.['users']?.includes('users.keys') ?? false, name, 'it verifies tokens: it asks `users.keys`');
  expect(
    manifest.hears?.includes('user.sessions-ended') ?? false,
    name,
    'it refuses ended sessions: it hears `user.sessions-ended`',
  );
}

function isUsual({ answers, hears, publishes }: Manifest, input: string): boolean {
  const usual: Record<string, boolean> = {
    http: true,
    rpc: answers !== undefined,
    events: hears !== undefined,
    relay: publishes,
  };
  return usual[input] ?? false;
}

function expect(holds: boolean, name: string, sentence: string): void {
  if (!holds) throw new Error(`The service ${name}: ${sentence}.`);
}
