import { EXAMPLE_UUID } from './id-param.js';

/**
 * What /docs adds to Swagger UI, as the browser runs it: a login form that fills in Authorize, and values for what only
 * the reader has in examples: for the placeholders in double braces (a refresh token, a token from the local mailbox), and
 * for the example's cart, which becomes the caller's own with something in it. It contains no secret: demo logins and
 * mailbox exist only on a local platform, which serves them at /dev. The session is stored per tab (sessionStorage): it
 * survives a reload, and an example that gets 401 is sent again with a refreshed token.
 */
export const LOGIN_SCRIPT = String.raw`'use strict';
(() => {
  let current;
  const demo = readJson('/dev/logins').then((logins) => logins ?? []);

  async function readJson(path) {
    const answer = await fetch(path);
    return answer.ok ? answer.json() : undefined;
  }

  function post(path, body) {
    return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  }

  async function logIn(login) {
    const answer = await post('/auth/login', { email: login.email, password: login.password });
    if (!answer.ok) throw new Error(answer.status === 404 ? 'There is no login at this address.' : (await answer.json()).detail);
    current = login;
    return answer.json();
  }

  const KEPT = 'session';
  const said = element('output', { id: 'login-said' });
  const logOutButton = element('button', { type: 'button', hidden: true, onclick: () => logOut('Logged out.') }, 'Log out');
  let session = JSON.parse(sessionStorage.getItem(KEPT));
  let shown = false;
  let refreshing;

  function keep(next) {
    session = next;
    sessionStorage.setItem(KEPT, JSON.stringify(next));
    window.ui.preauthorizeApiKey('bearer', next.access_token);
    shown = true;
    logOutButton.hidden = false;
    said.value = 'Authorized as ' + next.email;
  }

  function forget(why) {
    session = undefined;
    shown = false;
    sessionStorage.removeItem(KEPT);
    window.ui.authActions.logout(['bearer']);
    logOutButton.hidden = true;
    said.value = why;
  }

  function logOut(why) {
    const { refresh_token } = session;
    forget(why);
    return post('/auth/logout', { refresh_token }).catch(() => { said.value = 'The server could not be told of the logout.'; });
  }

  async function authorize(login) {
    const { access_token, refresh_token } = await logIn(login);
    keep({ email: login.email, access_token, refresh_token });
  }

  async function refresh() {
    const { email, refresh_token } = session;
    const answer = await post('/auth/refresh', { refresh_token });
    if (answer.status === 401) forget('The session ended. Log in again.');
    if (!answer.ok || !session) return;
    const next = await answer.json();
    keep({ email, access_token: next.access_token, refresh_token: next.refresh_token });
  }

  async function fetchInSession(url, request) {
    const answer = await fetch(url, request);
    const own = session && request.headers.Authorization === 'Bearer ' + session.access_token;
    if (answer.status !== 401 || !own) return answer;
    await (refreshing ??= refresh().finally(() => { refreshing = undefined; }));
    if (!session) return answer;
    request.headers.Authorization = 'Bearer ' + session.access_token;
    return fetch(url, request);
  }

  function takeUpSession() {
    const hasScheme = () => window.ui.specSelectors.specJson().hasIn(['components', 'securitySchemes', 'bearer']);
    const store = window.ui.getStore();
    const stop = store.subscribe(() => {
      if (!hasScheme()) return;
      stop();
      if (session) setTimeout(() => keep(session));
    });
    // Swagger UI's own dialog can also log out.
    store.subscribe(() => {
      if (shown && !window.ui.authSelectors.authorized().has('bearer')) void logOut('Logged out.');
    });
  }

  async function tokensFor(kind) {
    const emails = (await readJson('/dev/emails')) ?? [];
    return emails.flatMap(({ text }) => text.match(new RegExp(kind + '\\.[\\w.-]+', 'g')) ?? []);
  }

  async function newTokenFor(kind, known) {
    for (const end = performance.now() + 10_000; performance.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const found = (await tokensFor(kind)).filter((token) => !known.includes(token));
      if (found.length > 0) return found.at(-1);
    }
  }

  const values = {
    refresh_token: async () => (await logIn(current ?? (await demo)[0])).refresh_token,
    verification_token: async () => (await tokensFor('verify-email')).at(-1),
    reset_token: async () => {
      const known = await tokensFor('password-reset');
      await post('/auth/password-reset', { email: (await demo).find(({ role }) => role === 'customer').email });
      return newTokenFor('password-reset', known);
    },
    cart_version: async (request) => (await filledCart(request)).version,
    guest_cart_id: async () => (guestsCart = await (await post('/carts', {})).json()).cart_id,
    cart_token: async () => guestsCart.cart_token,
  };
  let guestsCart;

  /** The caller's own. */
  async function filledCart({ headers: { Authorization } }) {
    const headers = { 'content-type': 'application/json', ...(Authorization && { Authorization }) };
    const send = async (method, path, body) => (await fetchInSession(path, { method, headers, body: JSON.stringify(body) })).json();
    const { cart_id } = await send('POST', '/carts', {});
    return send('PUT', '/carts/' + cart_id + '/items/1', { quantity: 2 });
  }

  const EXAMPLE_CART = '/carts/${EXAMPLE_UUID}';

  window.prepareRequest = async (request) => {
    request.userFetch = fetchInSession;
    if (request.url.includes(EXAMPLE_CART)) {
      const { cart_id } = await filledCart(request).catch(() => ({}));
      if (cart_id !== undefined) request.url = request.url.replace(EXAMPLE_CART, '/carts/' + cart_id);
    }
    if (typeof request.body !== 'string') return request;
    for (const [text, name] of request.body.matchAll(/"\{\{(\w+)\}\}"/g)) {
      const value = await values[name]?.(request).catch(() => undefined);
      if (value !== undefined) request.body = request.body.replaceAll(text, JSON.stringify(value));
    }
    return request;
  };

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  window.addEventListener('load', async () => {
    const email = element('input', { type: 'email', name: 'email', autocomplete: 'username', required: true });
    const password = element('input', { type: 'password', name: 'password', autocomplete: 'current-password', required: true });
    const form = element('form', { id: 'login' },
      element('label', {}, 'E-mail ', email), element('label', {}, 'Password ', password),
      element('button', { type: 'submit' }, 'Log in and authorize'), logOutButton, said);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      authorize({ email: email.value, password: password.value }).catch((error) => { said.value = error.message; });
    });
    document.body.prepend(form);
    takeUpSession();
    for (const login of await demo) {
      const button = element('button', { type: 'button', title: 'A demo login of this machine' }, 'as ' + login.role);
      button.addEventListener('click', () => {
        [email.value, password.value] = [login.email, login.password];
        form.requestSubmit();
      });
      form.insertBefore(button, logOutButton);
    }
  });
})();
`;
