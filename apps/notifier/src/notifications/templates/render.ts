import Handlebars from 'handlebars';
import {
  emailChanged,
  emailChangeRequested,
  passwordChanged,
  passwordReset,
  verifyEmail,
} from './account-templates.js';
import { HTML_PARTIALS, TEXT_PARTIALS } from './layout.js';
import { orderCancelled, orderCompleted, orderConfirmation, orderPaid, orderShipped } from './order-templates.js';
import {
  orderPartiallyCancelled,
  returnApproved,
  returnReceived,
  returnRejected,
  returnRequested,
  returnSettled,
  shipmentShipped,
} from './part-templates.js';
import { paymentFailed, refundMade } from './payment-templates.js';
import { disputeOpened, lowStock, paymentMismatch, refundFailed } from './staff-templates.js';
import type { Template } from './template.js';
import { oneLine, type TemplateName, type Views } from './views.js';

export interface RenderedEmail {
  subject: string;
  html: string;
  text: string;
}

const TEMPLATES: Record<TemplateName, Template> = {
  'order-confirmation': orderConfirmation,
  'order-paid': orderPaid,
  'order-shipped': orderShipped,
  'order-completed': orderCompleted,
  'order-cancelled': orderCancelled,
  'shipment-shipped': shipmentShipped,
  'order-partially-cancelled': orderPartiallyCancelled,
  'return-requested': returnRequested,
  'return-approved': returnApproved,
  'return-rejected': returnRejected,
  'return-received': returnReceived,
  'return-settled': returnSettled,
  'verify-email': verifyEmail,
  'password-reset': passwordReset,
  'password-changed': passwordChanged,
  'email-change-requested': emailChangeRequested,
  'email-changed': emailChanged,
  'payment-failed': paymentFailed,
  'refund-made': refundMade,
  'low-stock': lowStock,
  'refund-failed': refundFailed,
  'dispute-opened': disputeOpened,
  'payment-mismatch': paymentMismatch,
};

type Compiled = Record<'subject' | 'html' | 'text', Handlebars.TemplateDelegate>;

const htmlEngine = engine(HTML_PARTIALS);
const textEngine = engine(TEXT_PARTIALS);
const compiled = new Map<TemplateName, Compiled>();

/**
 * Renders a template. Values are data, never template source: `{{…}}` in them stays as it is, and HTML is escaped.
 *
 * @throws Error if a field of the template is missing from the view.
 */
export function render<Name extends TemplateName>(name: Name, view: Views[Name]): RenderedEmail {
  const { subject, html, text } = templateOf(name);
  return {
    subject: oneLine(subject(view)),
    html: html(view),
    text: `${text(view)
      .replace(/\n{3,}/g, '\n\n')
      .trim()}\n`,
  };
}

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];

function templateOf(name: TemplateName): Compiled {
  const known = compiled.get(name);
  if (known) return known;
  const { subject, title, html, text } = TEMPLATES[name];
  const page = (body: string) => `{{#> layout title=${JSON.stringify(title)}}}\n${body}\n{{/layout}}`;
  const made = {
    subject: textEngine.compile(subject, { strict: true, noEscape: true }),
    html: htmlEngine.compile(page(html), { strict: true, preventIndent: true }),
    text: textEngine.compile(page(text), { strict: true, preventIndent: true, noEscape: true }),
  };
  compiled.set(name, made);
  return made;
}

function engine(partials: Record<string, string>): typeof Handlebars {
  const own = Handlebars.create();
  own.registerPartial(partials);
  own.registerHelper('url', (link: string) => new Handlebars.SafeString(escapeAttribute(link)));
  return own;
}

/** Handlebars would also escape `=`: correct for browsers, but the link could not be copied from the source. */
function escapeAttribute(link: string): string {
  return link.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
