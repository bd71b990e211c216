import { StartFailure } from '@app/kernel';
import { DEMO_ADDRESSES, DEMO_TAX_RATES, demoShippingMethods } from './demo-data.js';
import type { Mailbox } from './embedded/mailbox.js';
import type { Inject } from './gateway/inject.js';
import { addProducts } from './seed-catalog.js';
import { placeOrders } from './seed-orders.js';
import { type Body, expectSuccess } from './seed-requests.js';

export interface Login {
  role: string;
  email: string;
  password: string;
}

export const DEMO_ADMIN: Login = { role: 'admin', email: 'admin@example.com', password: 'demo admin pass phrase' };
const DEMO_STAFF: Login = { role: 'staff', email: 'staff@example.com', password: 'demo staff pass phrase' };
const DEMO_CUSTOMER: Login = { role: 'customer', email: 'customer@example.com', password: 'demo customer pass phrase' };

/** For trying the routes that erase data. */
const DEMO_LEAVER: Login = { role: 'customer', email: 'leaver@example.com', password: 'demo leaver pass phrase' };

/** The wait for the e-mail that confirms a demo login's address; without it the address stays unconfirmed. */
const VERIFICATION_MS = 5_000;

/** The running services; demo data of the others is left out. */
export interface DemoServices {
  users: Inject;
  products?: Inject | undefined;
  orders?: Inject | undefined;
  payments?: Inject | undefined;
}

export interface SeedOptions {
  demoLogins: boolean;
  /** ISO 4217; undefined if products does not run. */
  currency: string | undefined;
  /** Whether an earlier start was completed: then missing data was removed on purpose. */
  finished: boolean;
  /** The services' mailbox, if it runs here. */
  mailbox?: Pick<Mailbox, 'search'> | undefined;
}

/**
 * Fills an empty platform through its own API with demo products, shipping and taxes and, if only this machine can reach
 * it, demo logins and their orders. Completes an interrupted earlier start, and does not touch data that people added or changed.
 * Returns the existing logins. The documented examples need users 1 to 4, products 1 to 10, categories and orders 1 to 4, product
 * groups, addresses, shipping methods, tax rates, shipments and returns 1 and 2, payment 1.
 */
export async function seed(
  { users, products, orders, payments }: DemoServices,
  admin: Login,
  options: SeedOptions,
): Promise<Login[]> {
  const token = await logIn(users, admin);
  if (token === undefined) return [];
  const { currency } = options;
  if (products && currency !== undefined) await addProducts(products, token, { ...options, currency });
  if (orders && currency !== undefined) await addPricing(orders, token, { ...options, currency });
  if (!options.demoLogins) return [];
  const others = [DEMO_STAFF, DEMO_CUSTOMER, DEMO_LEAVER];
  for (const login of others) await register(users, login, token, options);
  await Promise.all(others.map(({ email }) => confirmAddress(users, email, options)));
  const customer = await logIn(users, DEMO_CUSTOMER);
  if (customer !== undefined) {
    await keepAddresses(users, customer, options);
    const shop = { payments, admin: token, customer, customerEmail: DEMO_CUSTOMER.email };
    if (products && orders) await placeOrders({ ...shop, orders }, options);
  }
  return [admin, DEMO_STAFF, DEMO_CUSTOMER];
}

/** @throws StartFailure if the public passwords open an account of an earlier start. */
export async function expectNoDemoLogins(users: Inject): Promise<void> {
  for (const login of [DEMO_ADMIN, DEMO_STAFF, DEMO_CUSTOMER, DEMO_LEAVER]) {
    if ((await logIn(users, login)) === undefined) continue;
    throw new StartFailure(
      `The data folder has the demo login ${login.email}, whose password everybody can read: set DATA_DIR to another folder, or HOST to 127.0.0.1.`,
    );
  }
}

/** Adds missing demo rows to a list, unless it has others or an earlier start was completed. */
async function addMissing(
  service: Inject,
  { url, list, key, rows }: { url: string; list: string; key: string; rows: readonly Body[] },
  token: string,
  { finished }: SeedOptions,
): Promise<void> {
  const { body } = await service({ method: 'GET', url, token });
  const present = (body[list] as Body[]).map((row) => row[key]);
  if (finished || !present.every((name) => rows.some((row) => row[key] === name))) return;
  for (const row of rows.filter((each) => !present.includes(each[key]))) await expectSuccess(service, url, row, token);
}

const keepAddresses = (users: Inject, token: string, options: SeedOptions): Promise<void> =>
  addMissing(
    users,
    { url: '/users/me/addresses', list: 'addresses', key: 'line1', rows: DEMO_ADDRESSES },
    token,
    options,
  );

async function addPricing(orders: Inject, token: string, options: SeedOptions & { currency: string }): Promise<void> {
  const methods = demoShippingMethods(options.currency);
  const shipping = { url: '/shipping-methods', list: 'shipping_methods', key: 'code', rows: methods };
  await addMissing(orders, shipping, token, options);
  await addMissing(orders, { url: '/tax-rates', list: 'tax_rates', key: 'name', rows: DEMO_TAX_RATES }, token, options);
}

async function logIn(users: Inject, { email, password }: Login): Promise<string | undefined> {
  const { status, body } = await users({ method: 'POST', url: '/auth/login', body: { email, password } });
  return status === 200 ? String(body['access_token']) : undefined;
}

async function register(users: Inject, login: Login, adminToken: string, { finished }: SeedOptions): Promise<void> {
  const body = { email: login.email, password: login.password, full_name: `Demo ${login.role}` };
  const created = await users({ method: 'POST', url: '/users', body });
  if (login.role === 'customer' || (finished && created.status === 409)) return;
  const user = created.status === 409 ? await findUser(users, login, adminToken) : created.body;
  // An earlier start may have stopped before this; a later change of the account was intended.
  if (user === undefined || user['role'] === login.role || user['version'] !== 1) return;
  const url = `/users/${String(user['user_id'])}`;
  await users({ method: 'PUT', url, body: { role: login.role }, token: adminToken });
}

/** An unconfirmed address gets few e-mails, with little content. */
async function confirmAddress(users: Inject, to: string, { mailbox, finished }: SeedOptions): Promise<void> {
  if (!mailbox || finished) return;
  const emails = await mailbox.search({ to }, VERIFICATION_MS);
  const [token] = emails.flatMap(({ text }) => /verify-email\.[\w-]+/.exec(text) ?? []);
  if (token !== undefined) await users({ method: 'POST', url: '/auth/verify-email', body: { token } });
}

async function findUser(users: Inject, { email }: Login, token: string): Promise<Body | undefined> {
  const { body } = await users({ method: 'GET', url: `/users?email=${encodeURIComponent(email)}`, token });
  return (body['users'] as Body[])[0];
}
