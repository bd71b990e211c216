export interface OutgoingEmail {
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Visible to the provider's statistics; letters, digits, `_` and `-` only. */
  tags: Record<string, string>;
}

/** The provider will never take this e-mail; sending it again is no use until somebody changes something. */
export class EmailRefusedError extends Error {
  override readonly name = 'EmailRefusedError';

  constructor(readonly reason: string) {
    super(`The e-mail provider refuses the e-mail: ${reason}.`);
  }
}

/** The e-mail was not taken, or nobody knows: `accepted` says which. Sending again makes sense. */
export class EmailNotSentError extends Error {
  override readonly name = 'EmailNotSentError';

  constructor(
    readonly reason: string,
    readonly accepted: 'no' | 'unknown',
  ) {
    super(`The e-mail provider did not take the e-mail: ${reason}.`);
  }
}

/** Hands one e-mail to a provider. */
export abstract class Mailer {
  /**
   * @returns the provider's message id.
   * @throws EmailRefusedError or EmailNotSentError, within 20 seconds; neither names the recipient.
   */
  abstract send(email: OutgoingEmail): Promise<string>;
}
