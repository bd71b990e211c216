import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** Calls another raw service. */
export async function askJson<T>(url: string, question: object): Promise<T> {
  const body = JSON.stringify(question);
  const outgoing = request(url, {
    method: 'POST',
    agent,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(incoming, 'end');
  const text = Buffer.concat(chunks).toString();
  if (incoming.statusCode !== 201) throw new Error(text);
  return JSON.parse(text) as T;
}
