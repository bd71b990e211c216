import type { Desk, Origin } from './desk.js';
import { newId } from './ids.js';
import type { StripeEvent, StripeObject } from './objects.js';

/** The version of Stripe's API that the objects are shaped by: that of the document they are held against. */
export const API_VERSION = '2026-08-26.dahlia';

const SHUFFLED_MS = 2_000;

/** Stores an event with the object as it is now, and has it delivered, as the faults allow. */
export function recordEvent(desk: Desk, origin: Origin, type: string, object: StripeObject): void {
  const { store, settings, now, random } = desk;
  const event: StripeEvent & { api_version: string; livemode: boolean; request: Origin } = {
    id: newId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: Math.floor(now() / 1_000),
    data: { object },
    livemode: false,
    pending_webhooks: settings.webhook_url === null ? 0 : 1,
    request: origin,
    type,
  };
  store.put(event);
  deliver(desk, event.id);
  if (random() >= settings.faults.duplicate_events) return;
  const twin = { ...event, id: newId('evt') };
  store.put(twin);
  deliver(desk, event.id);
  deliver(desk, twin.id);
}

function deliver({ store, settings, now, random }: Desk, eventId: string): void {
  const { drop_events, shuffle_events, delay_events_ms } = settings.faults;
  if (settings.webhook_url === null || random() < drop_events) return;
  const held = random() < shuffle_events ? random() * SHUFFLED_MS : 0;
  store.later('deliver', eventId, Math.round(now() + delay_events_ms + held));
}
