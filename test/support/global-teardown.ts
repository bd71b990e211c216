import type { RealServersScope } from './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as RealServersScope).stopRealServers?.();
  const { endTally } = await import('./answer-tally.js');
  const sentence = endTally();
  if (sentence !== undefined) process.stderr.write(`${sentence}\n`);
}
