import type { Template } from './template.js';

const withLink = (subject: string, title: string, sentence: string, label: string, unasked: string): Template => ({
  subject,
  title,
  html: `{{> greeting}}
<p>${sentence}</p>
{{> button href=(url link) label="${label}"}}
<p>The link works once, until {{expires_at}}. ${unasked}</p>`,
  text: `{{> greeting}}

${sentence} ${label}:

{{link}}

Or enter this code where you are asked for it:

{{token}}

The link and the code work once, until {{expires_at}}. ${unasked}`,
});

export const verifyEmail = withLink(
  'Please confirm your e-mail address',
  'Confirm your e-mail address',
  'somebody, we hope you, gave us this e-mail address.',
  'Confirm the address',
  'If it was not you, ignore this e-mail.',
);

export const passwordReset = withLink(
  'Reset your password',
  'Reset your password',
  'somebody, we hope you, asked for a new password for this account.',
  'Choose a new password',
  'If it was not you, ignore this e-mail: your password stays as it is.',
);

const notice = (title: string, ...sentences: string[]): Template => ({
  subject: title,
  title,
  html: ['{{> greeting}}', ...sentences.map((sentence) => `<p>${sentence}</p>`)].join('\n'),
  text: ['{{> greeting}}', ...sentences].join('\n\n'),
});

export const passwordChanged = notice(
  'Your password was changed',
  'the password of your account was changed, and every device was signed out.',
  'If it was not you, ask for a new password at once: whoever did it knows your old one.',
);

export const emailChangeRequested = notice(
  'Another e-mail address for your account',
  'somebody who knows your password asked to use another e-mail address for your account. Until that address is confirmed, ' +
    'nothing changes: you log in with this one, and we write to this one.',
  'If it was not you, choose a new password at once: that also withdraws the other address.',
);

export const emailChanged = notice(
  'Your account has another e-mail address',
  'the new e-mail address of your account was confirmed. We no longer write to this one, and it no longer opens the account.',
  'If it was not you, tell us at once.',
);
