import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Inject } from '../seed.js';

/** Requests into an app without a network in between. */
export function injector(app: NestFastifyApplication): Inject {
  return async ({ method, url, token, body }) => {
    const answer = await app.inject({
      method,
      url,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body && { payload: body }),
    });
    return { status: answer.statusCode, body: parseObject(answer.payload) };
  };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
