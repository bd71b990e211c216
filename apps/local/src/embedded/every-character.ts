/** Everything except XML's characters, which SQS accepts; half a surrogate pair is not one. */
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Makes the emulator accept every character that SQS accepts. fauxqs 2.4.1 searches invalid ones by an expression
 * without the flag `u`: it sees the two halves of a character beyond U+FFFF, such as an emoji, and refuses the message.
 * Messages from SNS are not checked, so such a message reached a queue, but could not be sent back from its dead
 * letters.
 *
 * @throws Error if fauxqs no longer has that expression: then remove this file.
 */
export async function takeEveryCharacter(): Promise<void> {
  // The package exports only its entry.
  const types = new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href;
  const { INVALID_MESSAGE_BODY_CHAR: checked } = (await import(types)) as { INVALID_MESSAGE_BODY_CHAR?: RegExp };
  if (!checked)
    throw new Error('fauxqs has changed how it checks characters: see whether it takes an emoji by itself.');
  checked.test = (text) => REFUSED.test(text);
}
