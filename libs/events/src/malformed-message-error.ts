/** The message can never be processed as it is; delivering it again will not help. Its text holds no values. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';

  constructor(broken: readonly string[], eventType?: string) {
    super(`The message is not a valid ${eventType ?? 'event'}: ${broken.slice(0, 10).join('; ')}.`);
  }
}
