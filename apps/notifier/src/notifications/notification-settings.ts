export class NotificationSettings {
  constructor(
    /** URL of the pages that account e-mails link to, without a slash at the end. */
    readonly accountUrl: string,
    /** The page where a customer pays an order. */
    readonly paymentUrl: URL,
    /** Recipient of what staff should know; undefined for none. */
    readonly staffEmail: string | undefined,
  ) {}
}
