import { randomUUID } from 'node:crypto';
import { Equals, IsIn, IsInt, IsISO8601, IsObject, IsUUID, Length, Min } from 'class-validator';
import { EVENT_TYPES, type EventType, type Producer, producerOf, PRODUCERS } from './event-types.js';
import { type EventPayloads, PAYLOAD_CLASSES } from './registry.js';
import { instantiate } from './validation.js';

/** The fields around the payload of every event on the wire. */
export interface Envelope<K extends EventType = EventType> {
  /** UUID; a redelivery carries the same one. */
  event_id: string;
  event_type: K;
  event_version: 1;
  /** RFC 3339, UTC, milliseconds. */
  occurred_at: string;
  produced_by: Producer;
  aggregate_id: string;
  /** Grows with every change of the aggregate; consumers order events by it. */
  aggregate_version: number;
  request_id: string;
  /** W3C trace context of the request that caused the event. */
  traceparent: string;
  payload: EventPayloads[K];
}

/** What a publisher provides besides the payload; `makeEnvelope` creates the rest in valid form. */
class GivenRules {
  @Length(1, 64)
  aggregate_id: string;

  @IsInt()
  @Min(0)
  aggregate_version: number;

  @Length(1, 128)
  request_id: string;

  @Length(1, 64)
  traceparent: string;
}

/** The envelope's own rules; the class in the registry validates the payload. */
export class EnvelopeRules extends GivenRules {
  @IsUUID()
  event_id: string;

  @IsIn(EVENT_TYPES)
  event_type: EventType;

  @Equals(1)
  event_version: 1;

  @IsISO8601({ strict: true })
  occurred_at: string;

  @IsIn(PRODUCERS)
  produced_by: Producer;

  @IsObject()
  payload: object;
}

export interface NewEnvelope<K extends EventType> {
  aggregate_id: string | number;
  aggregate_version: number;
  request_id: string;
  traceparent: string;
  occurred_at: Date;
  payload: EventPayloads[K];
}

/**
 * Creates an envelope with a new event id.
 *
 * @throws Error naming the broken rules (never values) if the payload breaks its contract: the publisher must not write
 * an event that every consumer would reject.
 */
export function makeEnvelope<K extends EventType>(type: K, from: NewEnvelope<K>): Envelope<K> {
  const { value: payload, broken } = instantiate<EventPayloads[K]>(PAYLOAD_CLASSES[type], from.payload);
  const envelope: Envelope<K> = {
    event_id: randomUUID(),
    event_type: type,
    event_version: 1,
    occurred_at: from.occurred_at.toISOString(),
    produced_by: producerOf(type),
    aggregate_id: String(from.aggregate_id),
    aggregate_version: from.aggregate_version,
    request_id: from.request_id,
    traceparent: from.traceparent,
    payload,
  };
  const { aggregate_id, aggregate_version, request_id, traceparent } = envelope;
  broken.push(...instantiate(GivenRules, { aggregate_id, aggregate_version, request_id, traceparent }).broken);
  if (broken.length > 0) throw new Error(`The event ${type} breaks its contract: ${broken.join('; ')}.`);
  return envelope;
}
