import type { Type } from '@nestjs/common';

/**
 * The groups of commands, each in the folder of its name. A command loads only its own group: loading all of them, with
 * the services that they compose, takes longer than most commands.
 */
export const GROUPS: Readonly<Record<string, () => Promise<Type>>> = {
  audit: async () => (await import('./audit/audit.group.js')).AuditGroup,
  cache: async () => (await import('./cache/cache.group.js')).CacheGroup,
  carts: async () => (await import('./carts/carts.group.js')).CartsGroup,
  dlq: async () => (await import('./dlq/dlq.group.js')).DeadLettersGroup,
  emails: async () => (await import('./emails/emails.group.js')).EmailsGroup,
  inventory: async () => (await import('./inventory/inventory.group.js')).InventoryGroup,
  keys: async () => (await import('./keys/keys.group.js')).KeysGroup,
  media: async () => (await import('./media/media.group.js')).MediaGroup,
  migrate: async () => (await import('./migrate/migrate.group.js')).MigrateGroup,
  outbox: async () => (await import('./outbox/outbox.group.js')).OutboxGroup,
  payments: async () => (await import('./payments/payments.group.js')).PaymentsGroup,
  products: async () => (await import('./products/products.group.js')).ProductsGroup,
  'provider-events': async () => (await import('./provider-events/provider-events.group.js')).ProviderEventsGroup,
  returns: async () => (await import('./returns/returns.group.js')).ReturnsGroup,
  shipments: async () => (await import('./shipments/shipments.group.js')).ShipmentsGroup,
  suppressions: async () => (await import('./suppressions/suppressions.group.js')).SuppressionsGroup,
  tax: async () => (await import('./tax/tax.group.js')).TaxGroup,
  users: async () => (await import('./users/users.group.js')).UsersGroup,
};

/** The group that `word` names; all of them for any other word, so that the parser can list and suggest them. */
export async function groupsFor(word: string | undefined): Promise<Type[]> {
  const all = Object.entries(GROUPS);
  const named = all.filter(([name]) => name === word);
  return Promise.all((named.length > 0 ? named : all).map(([, load]) => load()));
}
