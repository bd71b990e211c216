import type { Template } from './render.js';

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

const CHANGED = 'the password of your account was changed, and every device was signed out.';
const NOT_YOU = 'If it was not you, ask for a new password at once: whoever did it knows your old one.';

export const passwordChanged: Template = {
  subject: 'Your password was changed',
  title: 'Your password was changed',
  html: `{{> greeting}}\n<p>${CHANGED}</p>\n<p>${NOT_YOU}</p>`,
  text: `{{> greeting}}\n\n${CHANGED}\n\n${NOT_YOU}`,
};
