import { DomainError } from './domain-error.js';

/** Roles in rising order; a higher one includes the rights of all lower ones. */
export const ROLES = ['customer', 'staff', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The sender of the request, from the access token. */
export interface Caller {
  user_id: number;
  role: Role;
}

/** What a guest may own. */
export type GuestObject = 'cart' | 'order';

/** A sender without an account: whoever has the token of a cart or of an order may use that one, and nothing else. */
export interface Guest {
  readonly of: GuestObject;
  /** Which one, as the request's path says; whether the token is its own, only its service knows. */
  readonly id: string | undefined;
  /** The token itself goes no further than the edge. */
  readonly tokenHash: string;
}

/** Who sends a request to a route that guests may call, too: a user, a guest, or both in one. */
export interface Visitor {
  readonly caller?: Caller | undefined;
  readonly guest?: Guest | undefined;
}

/** Whether the caller has at least this role; a stranger and a guest have none. */
export function hasRole(caller: Caller | undefined, role: Role): boolean {
  return caller !== undefined && ROLES.indexOf(caller.role) >= ROLES.indexOf(role);
}

/** What a visitor may use: what belongs to the user, and what the token is of. Never empty. */
export interface OwnerScope {
  readonly user_id?: number;
  readonly token_hash?: string;
}

/** Undefined for staff, who may use everybody's. @throws DomainError `unauthenticated` for a stranger. */
export function ownerScope({ caller, guest }: Visitor, of: GuestObject): OwnerScope | undefined {
  if (hasRole(caller, 'staff')) return undefined;
  if (!caller && guest?.of !== of)
    throw new DomainError('unauthenticated', `This needs an account, or the token of the ${of}.`);
  return { ...(caller && { user_id: caller.user_id }), ...(guest?.of === of && { token_hash: guest.tokenHash }) };
}

/** Metadata key of a route's access: libs/auth writes and enforces it, libs/http documents it. */
export const ROUTE_ACCESS = 'route:access';

/** Metadata key of what a guest must own to call the route: written, enforced and documented likewise. */
export const ROUTE_GUESTS = 'route:guests';

/** The header that carries a guest's token. */
export const guestHeader = (of: GuestObject): string => (of === 'cart' ? 'Cart-Token' : 'Order-Token');

/** Who may call a route: everybody, or callers with at least this role. */
export type RouteAccess = 'public' | Role;
