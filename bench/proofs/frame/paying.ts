import type { ProofPlatform, ProofPlatformOptions } from './platform.js';
import { type Customer, Shop } from './shop.js';
import type { Stage } from './stage.js';
import { Till } from './till.js';

/** Where orders are paid: the services for it, a Stripe, and a customer with a product of unbounded stock. */
export interface Market {
  platform: ProofPlatform;
  shop: Shop;
  till: Till;
  customer: Customer;
  product: number;
}

const STOCK = 1_000_000;

/** Starts it. The provider is asked for its events every two seconds, unless `environment` says otherwise. */
export async function openMarket(stage: Stage, options: ProofPlatformOptions = {}): Promise<Market> {
  const payments = { RECONCILIATION_INTERVAL: '2s', ...options.environment?.payments };
  const platform = await stage.platform({
    services: ['users', 'products', 'orders', 'payments'],
    stripe: true,
    ...options,
    environment: { ...options.environment, payments },
  });
  const shop = await Shop.open(platform);
  const till = new Till(platform, shop);
  return { platform, shop, till, customer: await shop.customer(), product: await shop.product(STOCK) };
}
