import { createHash } from 'node:crypto';

const STYLE = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem}
label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}
input,button{margin:.5rem 0 1rem;padding:.6rem}
[hidden]{display:none}`;

/**
 * The token is in the fragment, which no server or proxy sees, and leaves the address bar at once. It is posted only
 * when the button is pressed: mail scanners that open links must not use it up. Pasting another link into this tab
 * changes only the fragment.
 */
const SCRIPT = `const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
history.replaceState(null, '', location.pathname);
addEventListener('hashchange', () => location.reload());
const reset = token.startsWith('password-reset.');
const form = document.querySelector('form');
const message = document.querySelector('output');
const button = document.querySelector('button');
form.hidden = token === '';
document.querySelector('label').hidden = !reset;
if (token) document.querySelector('h1').textContent = reset ? 'Choose a new password' : 'Confirm your e-mail address';
button.textContent = reset ? 'Save the password' : 'Confirm';
if (form.hidden) message.textContent = 'Open the link from your e-mail.';
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  const body = reset ? { token, password: form.elements.password.value } : { token };
  const answer = await fetch(reset ? '/auth/password-reset/confirm' : '/auth/verify-email', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined);
  button.disabled = false;
  form.hidden = answer?.ok === true;
  const problem = answer?.ok ? undefined : await answer?.json().catch(() => undefined);
  const said = problem?.errors?.[0]?.message ?? problem?.detail ?? 'That did not work. Try again later.';
  message.textContent = answer?.ok ? 'Done. You can close this page.' : said;
});`;

const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const ACCOUNT_PAGE_POLICY = [
  "default-src 'none'",
  `script-src ${sha256(SCRIPT)}`,
  `style-src ${sha256(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';');

export const ACCOUNT_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Your account</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Your account</h1>
<form hidden>
<label>New password (12 to 128 characters)<input name="password" type="password" autocomplete="new-password"></label>
<button>Confirm</button>
</form>
<output></output>
</main>
<script type="module">${SCRIPT}</script>
</body>
</html>
`;
