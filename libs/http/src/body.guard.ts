import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Admission } from './admission.js';
import { missingBodyOf, rawBodyOf, readRaw } from './body-kinds.js';
import { BodyRoom } from './body-room.js';
import { readJson, UNREAD } from './json-body.js';

import type { HttpReply, HttpRequest } from './request.js';

/** Whether the head announces a body. */
export function hasBody({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * Reads the body, and only then admits the request. It runs after all other guards: if the head alone is refused
 * (limits, no token, the wrong role) no body is read, and a slow sender occupies no place.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  private readonly room = new BodyRoom();

  constructor(private readonly admission: Admission) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    if (hasBody(request) || request.body === UNREAD) return this.read(request, http.getResponse<HttpReply>());
    request.body ??= missingBodyOf(request);
    return true;
  }

  private async read(request: HttpRequest, reply: HttpReply): Promise<boolean> {
    const raw = rawBodyOf(request);
    if (request.body === UNREAD)
      request.body = await (raw ? readRaw(request, this.room, raw) : readJson(request, this.room));
    const overload = hasBody(request) && this.admission.enter(request, reply.raw);
    if (overload) throw overload;
    return true;
  }
}
