/** Roles in rising order; a higher one may do whatever a lower one may. */
export const ROLES = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who sends the request, as the access token says. */
export interface Caller {
  user_id: number;
  role: Role;
}

export function hasRole(caller: Caller, role: Role): boolean {
  return ROLES.indexOf(caller.role) >= ROLES.indexOf(role);
}

/** Metadata key of a route's access mark: libs/auth writes and enforces it, libs/http documents it. */
export const ROUTE_ACCESS = 'route:access';

/** Who may call a route: everybody, or callers of at least this role. */
export type RouteAccess = 'public' | Role;
