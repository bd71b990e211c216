import { SendEmailCommand, SESClient, SESServiceException } from '@aws-sdk/client-ses';
import { backoff, sleep } from '@app/async';
import { assertNoTransaction } from '@app/kernel';
import type { OnApplicationShutdown } from '@nestjs/common';
import { asciiAddress, headerAddress } from './header-address.js';
import { EmailNotSentError, EmailRefusedError, Mailer, type OutgoingEmail } from './mailer.js';

export interface SesMailerOptions {
  region: string;
  /** Only if SES is emulated. */
  endpoint?: string | undefined;
  /** `shop@example.com` or `Käse Shop <shop@käse.example>`. */
  from: string;
}

const CONNECT_MS = 1_000;
const RESPONSE_MS = 5_000;
/**
 * The other side closes idle connections, and an e-mail written at that moment counts as perhaps sent. So this side
 * closes them first.
 */
const IDLE_MS = 1_000;
const AGENT = { keepAlive: true, timeout: IDLE_MS };
/** Even with one more response this is shorter than the ledger's lease, so nobody else claims the e-mail meanwhile. */
const RETRY_DEADLINE_MS = 15_000;
const RETRY = { base: 200, max: 4_000 };

/** Errors of the e-mail itself. An operator can end other refusals (permissions, a paused account). */
const PERMANENT = new Set(['MessageRejected', 'InvalidParameterValue']);
/** No connection was made, so nothing was sent. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const THROTTLED = new Set(['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'LimitExceededException']);

export class SesMailer extends Mailer implements OnApplicationShutdown {
  private readonly ses: SESClient;
  private readonly from: string;

  constructor({ region, endpoint, from }: SesMailerOptions) {
    super();
    this.from = headerAddress(from);
    this.ses = new SESClient({
      region,
      // An emulator accepts any credentials; fixed ones keep the SDK from searching the machine for real ones.
      ...(endpoint && { endpoint, credentials: { accessKeyId: 'emulated', secretAccessKey: 'emulated' } }),
      // The SDK would also retry if it cannot know whether the e-mail was accepted; see isTemporaryRefusal.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: RESPONSE_MS,
        throwOnRequestTimeout: true,
        httpAgent: AGENT,
        httpsAgent: AGENT,
      },
    });
  }

  override async send(email: OutgoingEmail): Promise<string> {
    assertNoTransaction('Sending an e-mail');
    const giveUpAt = performance.now() + RETRY_DEADLINE_MS;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.submit(email);
      } catch (error) {
        const delay = backoff(attempt, RETRY);
        if (!isTemporaryRefusal(error) || performance.now() + delay > giveUpAt) throw failure(error);
        await sleep(delay);
      }
    }
  }

  onApplicationShutdown(): void {
    this.ses.destroy();
  }

  private async submit({ to, subject, html, text, tags }: OutgoingEmail): Promise<string> {
    const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
    const command = new SendEmailCommand({
      Source: this.from,
      Destination: { ToAddresses: [asciiAddress(to)] },
      Message: { Subject: content(subject), Body: { Html: content(html), Text: content(text) } },
      Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
    });
    const { MessageId } = await this.ses.send(command, { abortSignal: AbortSignal.timeout(CONNECT_MS + RESPONSE_MS) });
    return MessageId ?? '';
  }
}

/** SES responded that it did not accept the e-mail, but may accept it soon. */
function isTemporaryRefusal(error: unknown): boolean {
  return error instanceof SESServiceException && (THROTTLED.has(error.name) || statusOf(error) >= 500);
}

function failure(error: unknown): Error {
  if (error instanceof SESServiceException) {
    return PERMANENT.has(error.name) ? new EmailRefusedError(error.name) : new EmailNotSentError(error.name, 'no');
  }
  const code = networkCode(error);
  return new EmailNotSentError(code ?? 'NoAnswer', code && NOT_CONNECTED.has(code) ? 'no' : 'unknown');
}

function statusOf(error: SESServiceException): number {
  return error.$metadata.httpStatusCode ?? 0;
}

/** Returns a code such as ECONNREFUSED. If the SDK has wrapped the network error, only the text contains it. */
function networkCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : /\bE[A-Z_]{4,}\b/.exec(String(error))?.[0];
}
