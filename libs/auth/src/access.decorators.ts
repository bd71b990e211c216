import { SetMetadata } from '@nestjs/common';
import { type GuestObject, type Role, ROUTE_ACCESS, ROUTE_GUESTS, type RouteAccess } from '@app/kernel';

const mark = (access: RouteAccess): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, access);

/** Anybody may call the route. `@CurrentCaller()` is the caller of a valid token; an invalid one is ignored. */
export function Public(): MethodDecorator & ClassDecorator {
  return mark('public');
}

export const REFUSES_BAD_TOKENS = 'auth:refuses-bad-tokens';

/**
 * On a public route: an invalid token is 401, as on others. For routes where a caller who is taken for a stranger would
 * lose something.
 */
export function RefuseBadTokens(): MethodDecorator {
  return SetMetadata(REFUSES_BAD_TOKENS, true);
}

/**
 * Guests may call the route, too: the token of a cart or order, in its header, takes the place of an access
 * token with the role. Whether the token is the right one, the service decides: `@CurrentVisitor()`.
 */
export function Guests(of: GuestObject): MethodDecorator & ClassDecorator {
  return SetMetadata(ROUTE_GUESTS, of);
}

/** Only callers with at least this role may call the route. */
export function Roles(role: Role): MethodDecorator & ClassDecorator {
  return mark(role);
}
