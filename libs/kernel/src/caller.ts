/** Roles in rising order; a higher one includes the rights of all lower ones. */
export const ROLES = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The sender of the request, from the access token. */
export interface Caller {
  user_id: number;
  role: Role;
}

export function hasRole(caller: Caller, role: Role): boolean {
  return ROLES.indexOf(caller.role) >= ROLES.indexOf(role);
}

/** Metadata key of a route's access: libs/auth writes and enforces it, libs/http documents it. */
export const ROUTE_ACCESS = 'route:access';

/** Who may call a route: everybody, or callers with at least this role. */
export type RouteAccess = 'public' | Role;
