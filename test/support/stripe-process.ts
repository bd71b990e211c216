import { StripeWire, type StripeWireOptions } from '../../apps/local/src/stripe/stripe-wire.js';

/** The embedded Stripe in a process of its own, which can be killed. Options are JSON; the first line is its address. */
const wire = await StripeWire.start(JSON.parse(process.argv[2] ?? '{}') as StripeWireOptions);
console.log(wire.endpoint);
process.on('SIGTERM', () => void wire.stop().then(() => process.exit(0)));
// Ends with the process that started it.
process.stdin.resume().once('end', () => process.exit(1));
