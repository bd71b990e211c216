import type { RealServersScope } from './global-setup.js';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as RealServersScope).stopRealServers?.();
}
