import { provideRealServers } from './real-servers.js';

export interface RealServersScope {
  stopRealServers?: () => Promise<void>;
}

export default async function globalSetup(): Promise<void> {
  (globalThis as RealServersScope).stopRealServers = await provideRealServers();
}
