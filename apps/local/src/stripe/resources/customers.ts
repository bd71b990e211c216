import type { Call } from '../call.js';
import { newId } from '../ids.js';
import type { Customer } from '../objects.js';
import { merge, metadata, text } from '../params.js';
import { listBy, oneOf } from '../reads.js';
import type { Route } from '../router.js';

export const routes: Route[] = [
  { method: 'POST', path: '/v1/customers', handle: create },
  { method: 'GET', path: '/v1/customers', handle: listBy('customer', 'email') },
  { method: 'GET', path: '/v1/customers/{id}', handle: oneOf('customer') },
  { method: 'POST', path: '/v1/customers/{id}', handle: update },
  { method: 'DELETE', path: '/v1/customers/{id}', handle: remove },
];

const FIELDS = { description: text, email: text, metadata, name: text, phone: text };

function create(call: Call): Customer {
  const { description = null, email = null, name = null, phone = null, metadata: given } = call.read(FIELDS);
  const customer: Customer & Record<string, unknown> = {
    ...UNUSED,
    ...{ description, email, name, phone },
    id: newId('cus'),
    object: 'customer',
    created: call.now,
    metadata: merge({}, given),
  };
  return call.save(customer, 'customer.created');
}

function update(call: Call): Customer {
  const customer = call.subject('customer');
  const { metadata: given, ...fields } = call.read(FIELDS);
  const changed = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return call.save({ ...customer, ...changed, metadata: merge(customer.metadata, given) }, 'customer.updated');
}

/** Stripe would keep a deleted customer's id; the wire forgets it. */
function remove(call: Call): object {
  call.read({});
  const customer = call.subject('customer');
  call.save(customer, 'customer.deleted');
  call.desk.store.remove(customer.id);
  return { id: customer.id, object: 'customer', deleted: true };
}

const UNUSED = {
  address: null,
  balance: 0,
  currency: null,
  customer_account: null,
  default_source: null,
  delinquent: false,
  discount: null,
  invoice_prefix: 'LOCAL',
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  livemode: false,
  next_invoice_sequence: 1,
  preferred_locales: [],
  shipping: null,
  tax_exempt: 'none',
  test_clock: null,
};
