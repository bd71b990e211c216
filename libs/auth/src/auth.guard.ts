import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { currentContext, DomainError, hasRole, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';
import { TokenVerifier } from './token-verifier.js';

interface Request {
  headers: { authorization?: string };
}

/** Tells who calls and whether the route's mark lets them in. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const token = bearerToken(context.switchToHttp().getRequest<Request>().headers.authorization);
    if (access === 'public') {
      if (token !== undefined) await this.identify(token).catch(() => undefined);
      return true;
    }
    if (token === undefined) throw unauthenticated();
    const caller = await this.identify(token);
    if (!hasRole(caller, access)) throw new DomainError('forbidden', `This needs the role ${access}.`);
    return true;
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
