export interface OutgoingEmail {
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Visible to the provider's statistics; letters, digits, `_` and `-` only. */
  tags: Record<string, string>;
}

/** The provider refuses this e-mail for good: a retry is useless until the cause is fixed. */
export class EmailRefusedError extends Error {
  override readonly name = 'EmailRefusedError';

  constructor(readonly reason: string) {
    super(`The e-mail provider refuses the e-mail: ${reason}.`);
  }
}

/** The provider did not accept the e-mail, or its response was lost (`accepted: 'unknown'`). A retry may succeed. */
export class EmailNotSentError extends Error {
  override readonly name = 'EmailNotSentError';

  constructor(
    readonly reason: string,
    readonly accepted: 'no' | 'unknown',
  ) {
    super(`The e-mail provider did not take the e-mail: ${reason}.`);
  }
}

/** Sends one e-mail through a provider. */
export abstract class Mailer {
  /**
   * @returns the provider's message id.
   * @throws EmailRefusedError or EmailNotSentError, within 20 seconds; neither names the recipient.
   */
  abstract send(email: OutgoingEmail): Promise<string>;
}
