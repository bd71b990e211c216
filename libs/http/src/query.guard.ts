import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { DomainError } from '@app/kernel';
import type { HttpRequest } from './request.js';

/**
 * Rejects query fields on routes without a query. A guard, because such a route has no parameter for a pipe; registered
 * last, so that authentication comes first.
 */
@Injectable()
export class QueryGuard implements CanActivate {
  private readonly takesQuery = new WeakMap<object, boolean>();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const names = Object.keys(context.switchToHttp().getRequest<HttpRequest>().query ?? {});
    if (names.length === 0 || this.hasQuery(context)) return true;
    throw new DomainError('validation-failed', 'This address takes no query.', {
      errors: names.slice(0, 20).map((name) => ({
        pointer: `?${name.slice(0, 100)}`,
        code: 'unknown-field',
        message: `${name.slice(0, 100)} is not a field of this request.`,
      })),
    });
  }

  private hasQuery(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let known = this.takesQuery.get(handler);
    if (known === undefined) {
      const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler.name) ?? {}) as object;
      known = Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
      this.takesQuery.set(handler, known);
    }
    return known;
  }
}
