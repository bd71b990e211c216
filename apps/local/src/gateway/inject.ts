import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Sends one request to a service in this process, without a network; returns the status and the parsed body. */
export type Inject = (request: {
  method: 'GET' | 'POST' | 'PUT';
  url: string;
  token?: string;
  body?: object;
}) => Promise<{ status: number; body: Record<string, unknown> }>;

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
