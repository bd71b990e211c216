import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Topology } from '@app/messaging';
import type { Consumer } from '../../apps/manifests.js';
import { eventually } from '../../test/support/eventually.js';
import { event } from '../../test/support/sample-events.js';
import type { Rehearsed } from './stack.js';

const WARM_MS = 90_000;

/** Starts every function first, so that no cold start delays a command. Cold starts are measured elsewhere. */
export async function wakeUp({ emulator, stack }: Rehearsed): Promise<Topology> {
  const topology = await stack.completeTopology();
  for (const service of ['users', 'products', 'orders']) {
    await stack.invoke(`${service}-rpc`, { pattern: 'nothing', data: {} });
    await stack.invoke(`${service}-relay`, {});
  }
  await stack.invoke('payments-psp', { pattern: 'nothing', data: {} });
  await stack.invoke('payments-relay', {});
  const api = await emulator.apiUrl();
  await eventually(async () => {
    const { status } = await fetch(`${api}/health/ready`);
    if (status !== 200) throw new Error(`/health/ready answers ${status}.`);
  }, WARM_MS);
  return topology;
}

/** Runs the smoke test through the stage's public API, including its e-mails. */
export async function mainJob({ emulator, stack }: Rehearsed): Promise<string> {
  const administrator = await stack.secret('The first administrator');
  const env = {
    ...process.env,
    ...administrator,
    BASE: await emulator.apiUrl(),
    MAILBOX: `${emulator.endpoint}/_ministack/ses/messages`,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['test/smoke.mjs'], { env }).catch(
    (failure: { stdout: string }) => {
      throw new Error(failure.stdout);
    },
  );
  return stdout.trim().split('\n').at(-1) ?? '';
}

/** Follows the newest confirmation link: its page is served, and its button's request succeeds. */
export async function linkInAnEmail({ emulator }: Rehearsed): Promise<string> {
  const emails = await (await fetch(`${emulator.endpoint}/_ministack/ses/messages`)).text();
  const link = emails.match(/https?:\/\/[^\s"<\\]+#token=verify-email[\w.%-]+/g)?.at(-1);
  if (link === undefined) throw new Error('No e-mail has a link to confirm an address.');
  // The stage's host name does not resolve here, so its paths are requested from the emulator.
  const [api, { pathname, hash }] = [await emulator.apiUrl(), new URL(link)];
  const page = await fetch(api + pathname);
  const shown = await page.text();
  if (page.status !== 200 || !shown.includes('/auth/verify-email'))
    throw new Error(`The link leads to ${pathname}, which answers ${page.status}: ${shown.slice(0, 200)}`);
  const { status } = await fetch(`${api}/auth/verify-email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URLSearchParams(hash.slice(1)).get('token') }),
  });
  if (status !== 204) throw new Error(`The page's button calls /auth/verify-email, which answers ${status}.`);
  return pathname;
}

/** A message that can never be handled, and one that only needs a retry. */
export async function deadLetters(
  { emulator, stack }: Rehearsed,
  { queueUrls, dlqUrls }: Topology<Consumer>,
): Promise<void> {
  const [queue, deadLetterQueue] = [queueUrls.notifier, dlqUrls.notifier];
  const expectDead = (expected: number) =>
    eventually(async () => {
      const found = await stack.count(deadLetterQueue);
      if (found !== expected) throw new Error(`${expected} dead letters expected, found ${found}.`);
    }, 60_000);
  await stack.hurry(queue);
  await stack.send(queue, '{"event_type":"order.created"}');
  await expectDead(1);
  const email = `redriven-${Date.now()}@example.com`;
  const healthy = event('user.password-changed', { user_id: 4_711, email, full_name: 'Redriven' });
  await stack.send(deadLetterQueue, JSON.stringify(healthy));
  const listed = await stack.ops(['dlq', 'list', 'notifier']);
  for (const type of ['order.created', 'user.password-changed'])
    if (!listed.includes(type)) throw new Error(`ops dlq list does not show the letter ${type}:\n${listed}`);
  const redriven = await stack.ops(['dlq', 'redrive', 'notifier']);
  if (!redriven.includes('2 dead letters of notifier')) throw new Error(`ops dlq redrive says:\n${redriven}`);
  await eventually(async () => {
    const emails = await (await fetch(`${emulator.endpoint}/_ministack/ses/messages`)).text();
    if (!emails.includes(email)) throw new Error('The redriven message led to no e-mail.');
  }, 60_000);
  await expectDead(1);
  const noted = await stack.ops(['audit', 'list', 'notifier']);
  if (!noted.includes('dlq.redrive')) throw new Error(`ops audit list does not show the redrive:\n${noted}`);
}
