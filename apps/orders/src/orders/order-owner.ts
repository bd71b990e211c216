import type { OwnerScope } from '@app/kernel';

/** A guest's order is stored with 0, which no user has: the column is older than guests, and not nullable. */
export const ownerOrGuest = {
  to: (userId: number | null) => userId ?? 0,
  from: (stored: number) => (stored === 0 ? null : stored),
};

const BY_TOKEN = 'EXISTS (SELECT 1 FROM guest_orders g WHERE g.order_id = orders.order_id AND g.token_hash = ?)';

/** The end of a WHERE that finds visible orders, with an owner theirs only: the owner is part of the query. */
export function visibleTo(owner: OwnerScope | undefined): { sql: string; params: unknown[] } {
  if (!owner) return { sql: ' AND hidden_at IS NULL', params: [] };
  const { user_id, token_hash } = owner;
  const ways = [...(user_id === undefined ? [] : ['user_id = ?']), ...(token_hash === undefined ? [] : [BY_TOKEN])];
  const params = [user_id, token_hash].filter((value) => value !== undefined);
  return { sql: ` AND hidden_at IS NULL AND (${ways.join(' OR ')})`, params };
}
