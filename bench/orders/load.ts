import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { ask } from '../proofs/frame/http.js';
import { load } from '../proofs/frame/load.js';

/** Where orders are sent, and as whom. */
export interface Target {
  url: string;
  headers: Record<string, string>;
}

export interface Shot {
  /** Successes, such as placed orders. */
  placed: number;
  perSecond: number;
  failures: number;
}

export function target(url: string, headers: Record<string, string>): Target {
  return { url: `${url}/orders`, headers };
}

/** Sends one request; returns whether it succeeded. */
export type Send = (agent: Agent, client: number) => Promise<boolean>;

/** Places orders for some seconds, one at a time on each connection. */
export function shoot(
  { url, headers }: Target,
  connections: number,
  seconds: number,
  basket: () => { product_id: number; quantity: number }[],
): Promise<Shot> {
  return fire(connections, seconds, async (agent) => {
    const order = { method: 'POST', headers, key: randomUUID(), agent, body: { items: basket() } } as const;
    return (await ask(url, order)).status === 201;
  });
}

/** Sends requests for some seconds, one at a time on each connection. */
export async function fire(connections: number, seconds: number, send: Send): Promise<Shot> {
  // New connections for each shot, since the server may close an idle one just as it is used again.
  const agent = new Agent({ keepAlive: true });
  let [placed, failures] = [0, 0];
  const began = performance.now();
  const end = began + seconds * 1_000;
  await load(
    connections,
    () => performance.now() >= end,
    async (client) => {
      if (await send(agent, client)) placed++;
      else failures++;
    },
  );
  agent.destroy();
  return { placed, perSecond: (placed * 1_000) / (performance.now() - began), failures };
}
