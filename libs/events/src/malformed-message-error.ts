/** A message that can never be processed; a redelivery will not help. The error text contains no values. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';

  constructor(broken: readonly string[], eventType?: string) {
    super(`The message is not a valid ${eventType ?? 'event'}: ${broken.slice(0, 10).join('; ')}.`);
  }
}
