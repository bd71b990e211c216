/** XML's characters, which SQS takes; half a surrogate pair is none. */
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Lets the emulator take every character that SQS takes. fauxqs 2.4.1 looks for invalid ones with an expression that lacks
 * the flag `u`: it meets the two halves of a character beyond U+FFFF, such as an emoji, and refuses the message. What SNS
 * hands on is not checked, so such a message came into a queue, but could not be sent from its dead letters again.
 *
 * @throws Error when fauxqs no longer has that expression: then this file is to go.
 */
export async function takeEveryCharacter(): Promise<void> {
  // Its package exports its entry alone.
  const types = new URL('./sqs/sqsTypes.js', import.meta.resolve('fauxqs')).href;
  const { INVALID_MESSAGE_BODY_CHAR: checked } = (await import(types)) as { INVALID_MESSAGE_BODY_CHAR?: RegExp };
  if (!checked)
    throw new Error('fauxqs has changed how it checks characters: see whether it takes an emoji by itself.');
  checked.test = (text) => REFUSED.test(text);
}
