import { declareMetric } from '@app/telemetry';

export const PROVIDER_EVENTS = declareMetric(
  'count',
  'provider_events_total',
  'Events of the payment provider by what became of them (applied, ignored, unknown, refunded).',
  ['outcome'],
);
