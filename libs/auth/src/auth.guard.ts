import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentContext, DomainError, hasRole, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';
import { takesCaller } from './current-caller.decorator.js';
import { TokenVerifier } from './token-verifier.js';

interface Request {
  headers: { authorization?: string };
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
    const token = bearerToken(context.switchToHttp().getRequest<Request>().headers.authorization);
    if (access === 'public') {
      if (token !== undefined && this.needsCaller(controller, handler))
        await this.identify(token).catch(() => undefined);
      return true;
    }
    if (token === undefined) throw unauthenticated();
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

  private async identify(token: string): Promise<NonNullable<ReturnType<typeof currentContext>['caller']>> {
    const caller = await this.verifier.verify(token);
    currentContext().caller = caller;
    return caller;
  }
}

function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];
}

function unauthenticated(): DomainError {
  return new DomainError('unauthenticated', 'Send an access token: Authorization: Bearer <token>.');
}
