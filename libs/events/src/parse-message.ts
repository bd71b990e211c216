import { type Envelope, EnvelopeRules } from './envelope.js';
import { MalformedMessageError } from './malformed-message-error.js';
import { fromOlderSpelling, isOlderSpelling } from './older-spelling.js';
import { PAYLOAD_CLASSES } from './registry.js';
import { instantiate } from './validation.js';

/**
 * Parses a queue message: an envelope, one wrapped by SNS (no raw delivery), or the older flat form. The payload
 * becomes a validated instance of its contract's class.
 *
 * @throws MalformedMessageError naming rules, never values.
 */
export function parseMessage(body: string): Envelope {
  const { message, text } = unwrap(parseObject(body), body);
  const candidate = isOlderSpelling(message) ? fromOlderSpelling(message, text) : message;
  const { value: envelope, broken } = instantiate(EnvelopeRules, candidate);
  if (broken.length > 0) throw new MalformedMessageError(broken);
  const payload = instantiate<object>(PAYLOAD_CLASSES[envelope.event_type], envelope.payload);
  if (payload.broken.length > 0) throw new MalformedMessageError(payload.broken, envelope.event_type);
  return { ...envelope, payload: payload.value } as Envelope;
}

function unwrap(outer: Record<string, unknown>, text: string): { message: Record<string, unknown>; text: string } {
  if (outer['Type'] !== 'Notification' || typeof outer['Message'] !== 'string') return { message: outer, text };
  return { message: parseObject(outer['Message']), text: outer['Message'] };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may contain personal data.
    throw new MalformedMessageError(['it must be JSON']);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedMessageError(['it must be a JSON object']);
  }
  return value as Record<string, unknown>;
}
