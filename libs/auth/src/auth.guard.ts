import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  type Caller,
  currentContext,
  DomainError,
  type Guest,
  guestHeader,
  type GuestObject,
  hasRole,
  ROUTE_ACCESS,
  ROUTE_GUESTS,
  type RouteAccess,
} from '@app/kernel';
import { REFUSES_BAD_TOKENS } from './access.decorators.js';
import { takesCaller } from './current-caller.decorator.js';
import { guestTokenHash } from './guest-token.js';
import { TokenVerifier } from './token-verifier.js';

interface Request {
  headers: Record<string, string | string[] | undefined> & { authorization?: string };
  params: unknown;
}

/** Identifies the caller and checks the role that the route requires. */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly callerNeeded = new WeakMap<object, boolean>();

  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const [controller, handler] = [context.getClass(), context.getHandler()];
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, [handler, controller]);
    const request = context.switchToHttp().getRequest<Request>();
    const token = bearerToken(request.headers.authorization);
    if (access === 'public') {
      if (token !== undefined && this.needsCaller(controller, handler)) await this.identifyOnPublic(token, handler);
      return true;
    }
    const guestsOf = this.reflector.getAllAndOverride<GuestObject | undefined>(ROUTE_GUESTS, [handler, controller]);
    const guest = guestsOf && guestOf(request, guestsOf);
    if (guest) currentContext().guest = guest;
    if (token === undefined && guest) return true;
    if (token === undefined) throw unauthenticated(guestsOf);
    const caller = await this.identify(token);
    if (!hasRole(caller, access)) throw new DomainError('forbidden', `This needs the role ${access}.`);
    return true;
  }

  /** A public route checks the token only if its response depends on the caller. */
  private needsCaller(controller: object, handler: { name: string }): boolean {
    let known = this.callerNeeded.get(handler);
    if (known === undefined) this.callerNeeded.set(handler, (known = takesCaller(controller, handler.name)));
    return known;
  }

  private async identifyOnPublic(token: string, handler: CallableFunction): Promise<void> {
    try {
      await this.identify(token);
    } catch (error) {
      if (Reflect.getMetadata(REFUSES_BAD_TOKENS, handler) === true) throw error;
    }
  }

  private async identify(token: string): Promise<Caller> {
    const caller = await this.verifier.verify(token);
    currentContext().caller = caller;
    return caller;
  }
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

/** An id goes into the log, so it must look like one. */
const ID = /^[\w-]{1,36}$/;

function guestOf({ headers, params }: Request, of: GuestObject): Guest | undefined {
  const token = headers[guestHeader(of).toLowerCase()];
  if (typeof token !== 'string' || token === '') return undefined;
  const id = (params as Record<string, string | undefined>)[`${of}_id`];
  return { of, id: id !== undefined && ID.test(id) ? id : undefined, tokenHash: guestTokenHash(token) };
}

function unauthenticated(guestsOf: GuestObject | undefined): DomainError {
  const other = guestsOf && `, or the token of the ${guestsOf}: ${guestHeader(guestsOf)}: <token>`;
  return new DomainError('unauthenticated', `Send an access token: Authorization: Bearer <token>${other ?? ''}.`);
}
