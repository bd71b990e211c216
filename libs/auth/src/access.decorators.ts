import { SetMetadata } from '@nestjs/common';
import { type Role, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';

const mark = (access: RouteAccess): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, access);

/** Everybody may call the route. Where it takes the `@CurrentCaller()`, a valid token still tells who calls; another is ignored. */
export function Public(): MethodDecorator & ClassDecorator {
  return mark('public');
}

/** Only callers of at least this role may call the route. */
export function Roles(role: Role): MethodDecorator & ClassDecorator {
  return mark(role);
}
