import type { JournalLine } from './request-journal.js';

/** What a log line of the payments service says about the provider. */
export interface ProviderLine {
  at: Date;
  kind: 'provider call' | 'provider event';
  what: string;
  detail: string;
  requestId: string;
}

/** A call's line is written at its end. */
export function providerLine(line: JournalLine): ProviderLine[] {
  const { time, message, request_id: requestId, call, outcome, ms, provider_ref, event_ref, type } = line;
  const at = new Date(time);
  if (message === 'payment provider called') {
    const begun = new Date(at.getTime() - Number(ms));
    const [what, detail] = [`${String(call)}: ${String(outcome)}`, `${String(ms)} ms`];
    return [{ at: begun, kind: 'provider call', what, detail, requestId }];
  }
  if (message !== 'provider event received') return [];
  const detail = `${String(event_ref)} about ${String(provider_ref)}`;
  return [{ at, kind: 'provider event', what: String(type), detail, requestId }];
}
