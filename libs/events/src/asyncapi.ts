import { EnvelopeRules } from './envelope.js';
import { EVENT_TYPES, type EventType, OLDER_EVENT_TYPES, type Producer, producerOf, PRODUCERS } from './event-types.js';
import { jsonSchemaOf } from './json-schema.js';
import { PAYLOAD_CLASSES } from './registry.js';
import { names, type Queues, type QueueTopology } from './topology.js';

const SUMMARIES: Record<EventType, string> = {
  'order.created': 'A customer placed an order; its stock is reserved.',
  'order.paid': 'An order was paid.',
  'order.shipped': 'The last open piece of an order has left. What left in each parcel, `shipment.shipped` says.',
  'order.completed': 'An order arrived.',
  'order.refunded': 'Money of an order went back to the customer; its status stays.',
  'order.claimed': 'A customer showed that a guest’s order is theirs; its status stays.',
  'order.cancelled': 'An order was cancelled; its stock is free again.',
  'order.partially-cancelled': 'Pieces of an order will not be sent; their stock is free again.',
  'shipment.shipped': 'Pieces of an order left the warehouse; their stock is gone.',
  'return.requested': 'A customer wants to send pieces back.',
  'return.approved': 'The shop expects the pieces of a return.',
  'return.rejected': 'The shop does not take the pieces of a return back.',
  'return.received': 'The pieces of a return arrived; those that can be sold again are on sale.',
  'return.settled': 'What a customer gets for a return is decided.',
  'user.registered': 'Somebody registered.',
  'user.verification-requested': 'An e-mail address is to be confirmed by a single-use token.',
  'user.password-reset-requested': 'Somebody asked for a new password by a single-use token.',
  'user.password-changed': 'A password was changed.',
  'user.email-change-requested': 'Somebody asked for another e-mail address, which is not verified yet.',
  'user.email-verified': 'An e-mail address was verified by its owner; it may have replaced another one.',
  'user.sessions-ended': 'Access tokens issued before a moment are no longer good.',
  'user.deleted': 'An account was erased.',
  'inventory.low': 'What is left of a product fell to its low-stock threshold.',
  'payment.authorized': "A customer's bank has promised the money of an order.",
  'payment.captured': 'The money of an order has arrived, as much as was asked for.',
  'payment.failed': 'An attempt to pay failed; the customer may try again.',
  'payment.cancelled': 'A payment ended without money.',
  'payment.refunded': 'Money went back to the customer.',
  'payment.refund-failed': 'Money that was to go back to the customer did not arrive.',
  'payment.disputed': "A customer's bank has taken money back, or has returned it.",
  'payment.mismatch': 'Another amount or currency was paid than was asked for: it pays nothing.',
};

const STAGE = '{stage}';
const parameters = { stage: { description: 'The deployment, such as dev or prod; local on one machine.' } };
const ref = (...path: string[]) => ({ $ref: `#/${path.join('/')}` });
const isEvent = (type: string): type is EventType => (EVENT_TYPES as readonly string[]).includes(type);

/** The AsyncAPI 3 document of every event, queue and service, generated from the contracts and the queues by consumer. */
export function asyncApiDocument(queues: Queues): object {
  const consumers = Object.entries(queues);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Commerce platform events',
      version: '1.0.0',
      description:
        'Every fact is published to one SNS topic and reaches one SQS queue per consuming service, at least once and in ' +
        'no certain order: deduplicate by `event_id`, order by `aggregate_version`. Ignore members you do not know.',
    },
    defaultContentType: 'application/json',
    channels: {
      events: topicChannel(),
      ...Object.fromEntries(consumers.map(([app, queue]) => [`${app}-queue`, queueChannel(app, queue)])),
    },
    operations: {
      ...Object.fromEntries(PRODUCERS.map((app) => [`${app}-publish`, publishing(app)])),
      ...Object.fromEntries(consumers.map(([app, queue]) => [`${app}-consume`, consuming(app, queue)])),
    },
    components: {
      messages: Object.fromEntries(EVENT_TYPES.map((type) => [type, message(type)])),
      schemas: schemas(),
    },
  };
}

function topicChannel(): object {
  return {
    address: names(STAGE).topic,
    title: 'The SNS topic of all events',
    messages: Object.fromEntries(EVENT_TYPES.map((type) => [type, ref('components', 'messages', type)])),
    parameters,
  };
}

function queueChannel(app: string, { events, maxReceiveCount, visibilityTimeoutSeconds }: QueueTopology): object {
  const older = OLDER_EVENT_TYPES.filter((type) => events.includes(type));
  return {
    address: names(STAGE).queue(app),
    title: `The SQS queue of ${app}`,
    description:
      `Raw delivery, filtered by event_type; hidden for ${visibilityTimeoutSeconds} s while in work; after ` +
      `${maxReceiveCount} receives a message moves to ${names(STAGE).deadLetterQueue(app)}.` +
      (older.length > 0 ? ` Also takes the older flat spelling: ${older.join(', ')}.` : ''),
    messages: Object.fromEntries(events.filter(isEvent).map((type) => [type, ref('components', 'messages', type)])),
    parameters,
  };
}

function publishing(app: Producer): object {
  const own = EVENT_TYPES.filter((type) => producerOf(type) === app);
  return {
    action: 'send',
    summary: `What ${app} publishes`,
    channel: ref('channels', 'events'),
    messages: own.map((type) => ref('channels', 'events', 'messages', type)),
  };
}

function consuming(app: string, queue: QueueTopology): object {
  const events = queue.events.filter(isEvent);
  return {
    action: 'receive',
    summary: `What ${app} consumes`,
    channel: ref('channels', `${app}-queue`),
    messages: events.map((type) => ref('channels', `${app}-queue`, 'messages', type)),
  };
}

function message(type: EventType): object {
  const own = { event_type: { const: type }, payload: ref('components', 'schemas', PAYLOAD_CLASSES[type].name) };
  return {
    name: type,
    title: type,
    summary: SUMMARIES[type],
    contentType: 'application/json',
    headers: {
      type: 'object',
      description: 'SNS message attributes.',
      properties: { event_type: { const: type }, event_version: { const: '1' } },
    },
    payload: { allOf: [ref('components', 'schemas', 'Envelope'), { type: 'object', properties: own }] },
  };
}

function schemas(): Record<string, object> {
  const payloads = EVENT_TYPES.map((type) => PAYLOAD_CLASSES[type]);
  return {
    Envelope: jsonSchemaOf(EnvelopeRules),
    ...Object.fromEntries(payloads.map((payload) => [payload.name, jsonSchemaOf(payload)])),
  };
}
