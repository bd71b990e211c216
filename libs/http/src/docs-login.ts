/**
 * What /docs adds to Swagger UI, as the browser runs it: a login form that fills Authorize, and values for the texts in
 * double braces that examples contain (a refresh token, a token from the local mailbox). It holds no secret: demo logins
 * and mailbox exist on a local platform only, which serves them at /dev.
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

  async function authorize(login) {
    const { access_token } = await logIn(login);
    window.ui.preauthorizeApiKey('bearer', access_token);
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
  };

  window.fillPlaceholders = async (request) => {
    if (typeof request.body !== 'string') return request;
    for (const [text, name] of request.body.matchAll(/\{\{(\w+)\}\}/g)) {
      const value = await values[name]?.().catch(() => undefined);
      if (value !== undefined) request.body = request.body.replaceAll(text, value);
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
    const said = element('output', { id: 'login-said' });
    const form = element('form', { id: 'login' },
      element('label', {}, 'E-mail ', email), element('label', {}, 'Password ', password),
      element('button', { type: 'submit' }, 'Log in and authorize'), said);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      authorize({ email: email.value, password: password.value }).then(
        () => { said.value = 'Authorized as ' + email.value; },
        (error) => { said.value = error.message; });
    });
    document.body.prepend(form);
    for (const login of await demo) {
      const button = element('button', { type: 'button', title: 'A demo login of this machine' }, 'as ' + login.role);
      button.addEventListener('click', () => {
        [email.value, password.value] = [login.email, login.password];
        form.requestSubmit();
      });
      form.insertBefore(button, said);
    }
  });
})();
`;
