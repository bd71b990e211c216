import { SetMetadata } from '@nestjs/common';
import { type Role, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';

const mark = (access: RouteAccess): MethodDecorator & ClassDecorator => SetMetadata(ROUTE_ACCESS, access);

/** Anybody may call the route. `@CurrentCaller()` is the caller of a valid token; an invalid one is ignored. */
export function Public(): MethodDecorator & ClassDecorator {
  return mark('public');
}

/** Only callers with at least this role may call the route. */
export function Roles(role: Role): MethodDecorator & ClassDecorator {
  return mark(role);
}
