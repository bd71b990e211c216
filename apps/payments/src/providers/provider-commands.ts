import type { Money, NewIntent, NewProviderRefund } from './payment-provider.js';

/** The methods of the provider's port as commands: what each carries. */
export interface ProviderCommands {
  'psp.create': { intent: NewIntent; key: string };
  'psp.fetch': { provider_ref: string };
  'psp.capture': { provider_ref: string; money: Money; key: string };
  'psp.cancel': { provider_ref: string; key: string };
  'psp.refund': { refund: NewProviderRefund };
  /** Times are RFC 3339. */
  'psp.events': { from: string; until: string };
}
