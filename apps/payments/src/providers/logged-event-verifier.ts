import { currentContext } from '@app/kernel';
import type { Logger } from '@app/telemetry';
import { EventVerifier } from './event-verifier.js';
import type { ProviderEvent } from './provider-payment.js';

/** Logs each verified event under the request that brought it: of an event nothing else tells when it came. */
export class LoggedEventVerifier extends EventVerifier {
  constructor(
    private readonly verifier: EventVerifier,
    private readonly logger: Logger,
  ) {
    super();
  }

  override verify(body: Buffer, signature: string | undefined): ProviderEvent {
    const event = this.verifier.verify(body, signature);
    const { event_ref, type, object_ref } = event;
    this.logger.info(
      { request_id: currentContext().requestId, event_ref, type, provider_ref: object_ref },
      'provider event received',
    );
    return event;
  }
}
