import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { BodyRoom } from './body-room.js';
import { httpError } from './http-errors.js';
import { readBytes } from './json-body.js';
import type { HttpRequest } from './request.js';
import { addRouteConfig } from './route-config.js';

interface RawBodyOptions {
  /** The largest body, in bytes. */
  maxBytes: number;
}

/** Lets a route take its body as it was sent, for a signature over the bytes. It comes without a Content-Encoding. */
export function RawBody(options: RawBodyOptions): MethodDecorator {
  return addRouteConfig({ rawBody: options });
}

/** Injects the bytes of a `@RawBody` route as a Buffer; empty if there was no body. */
export const RawBytes = createParamDecorator((_: unknown, context: ExecutionContext): Buffer => {
  const { body } = context.switchToHttp().getRequest<HttpRequest>();
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
});

/** Lets a route whose fields are all optional be called without a body. */
export function OptionalBody(): MethodDecorator {
  return addRouteConfig({ optionalBody: true });
}

/** What a request without a body has as its body. */
export function missingBodyOf({ routeOptions }: HttpRequest): object | undefined {
  return (routeOptions.config as { optionalBody?: boolean }).optionalBody ? {} : undefined;
}

export function rawBodyOf({ routeOptions }: HttpRequest): RawBodyOptions | undefined {
  return (routeOptions.config as { rawBody?: RawBodyOptions }).rawBody;
}

export function readRaw(request: HttpRequest, room: BodyRoom, { maxBytes }: RawBodyOptions): Promise<Buffer> {
  if (request.headers['content-encoding'] === undefined) return readBytes(request, room, maxBytes);
  throw httpError('unsupported-media-type', 'Send the body without a Content-Encoding.');
}
