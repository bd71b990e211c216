// The main job against a running platform: register, order, ship, and every e-mail arrives once.
// BASE, ADMIN_EMAIL and ADMIN_PASSWORD choose the platform; the defaults are those of `npm start`. MAILBOX is `none` if
// e-mails cannot be read: they then go to the mailbox simulator of SES.
const BASE = process.env.BASE ?? 'http://127.0.0.1:3000';
/** The address of the received e-mails: the console's list, or that of the AWS emulator. */
const MAILBOX = process.env.MAILBOX ?? `${BASE}/dev/emails`;
const ADMIN = {
  email: process.env.ADMIN_EMAIL ?? 'admin@example.com',
  password: process.env.ADMIN_PASSWORD ?? 'demo admin pass phrase',
};
const id = Date.now().toString(36);
let passed = 0;
let failed = 0;

async function call(method, path, { token, body } = {}) {
  const response = await fetch(BASE + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function step(name, run) {
  try {
    const value = await run();
    passed += 1;
    console.log(`ok    ${name}`);
    return value;
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message}`);
    return undefined;
  }
}

function expectStatus(answer, status) {
  if (answer.status !== status)
    throw new Error(`${status} expected, got ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function eventually(what, probe) {
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    if (await probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} did not happen within 15 s`);
}

const address = MAILBOX === 'none' ? `success+smoke-${id}@simulator.amazonses.com` : `smoke-${id}@example.com`;
const customer = { email: address, password: 'a long enough pass phrase', full_name: 'Smoke Test' };
const logIn = async ({ email, password }) =>
  expectStatus(await call('POST', '/auth/login', { body: { email, password } }), 200).access_token;

await step('the platform is ready', async () => expectStatus(await call('GET', '/health/ready'), 200));
const admin = await step('the administrator logs in', () => logIn(ADMIN));
const user = await step('a customer registers', async () =>
  expectStatus(await call('POST', '/users', { body: customer }), 201),
);
const token = await step('and logs in', () => logIn(customer));
const product = await step('a product is created', async () =>
  expectStatus(
    await call('POST', '/products', {
      token: admin,
      body: { sku: `SMOKE-${id}`, name: 'Smoke product', price: '19.90', initial_stock: 10 },
    }),
    201,
  ),
);
const order = await step('the customer orders three', async () =>
  expectStatus(
    await call('POST', '/orders', { token, body: { items: [{ product_id: product.product_id, quantity: 3 }] } }),
    201,
  ),
);
for (const body of [
  { status: 'paid' },
  { status: 'shipped', carrier: 'DHL', tracking_number: `T${id}` },
  { status: 'completed' },
]) {
  await step(`staff mark it ${body.status}`, async () =>
    expectStatus(await call('PUT', `/orders/${order.order_id}`, { token: admin, body }), 200),
  );
}
await step('stock is consumed', () =>
  eventually('stock 7, nothing reserved', async () => {
    const { body } = await call('GET', `/products/${product.product_id}/inventory`, { token: admin });
    return body.stock_quantity === 7 && body.reserved_quantity === 0;
  }),
);
if (MAILBOX !== 'none') {
  await step('five e-mails arrive', () =>
    eventually('five e-mails', async () => {
      const emails = await (await fetch(MAILBOX)).json();
      const list = Array.isArray(emails) ? emails : Object.values(emails.messages).flat();
      return list.filter((email) => JSON.stringify(email).includes(customer.email)).length === 5;
    }),
  );
}
await step("the order is in the customer's list", async () => {
  const { total } = expectStatus(await call('GET', `/users/${user.user_id}/orders`, { token }), 200);
  if (total !== 1) throw new Error(`1 order expected, got ${total}`);
});
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
