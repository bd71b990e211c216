import { StripeWire, type StripeWireOptions } from '../../../apps/local/src/stripe/stripe-wire.js';

/** The embedded Stripe in a process of its own, which can be killed and frozen. Its options are JSON. */
const wire = await StripeWire.start(JSON.parse(process.argv[2] ?? '{}') as StripeWireOptions);
process.send?.(wire.place);
