import type { Inject } from './gateway/inject.js';

export type Body = Record<string, unknown>;

/** @throws Error if a part of the demo data is refused. */
export async function expectSuccess(service: Inject, url: string, body: object, token: string): Promise<Body> {
  const { status, body: answer } = await service({ method: 'POST', url, body, token });
  if (status >= 300) throw new Error(`The demo data could not be written (POST ${url}): ${String(answer['detail'])}`);
  return answer;
}
