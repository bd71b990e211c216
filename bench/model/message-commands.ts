import fc from 'fast-check';
import { command, pick } from './command.js';
import { but, trouble } from './money-commands.js';
import { deliverSurely } from './settle.js';

const relay = command(
  fc.record({
    of: fc.constantFrom('orders', 'money'),
    topic: fc.constantFrom('takes', 'takes', 'refuses', 'takes without an answer'),
  }),
  ({ of, topic }) => `the relay of ${of} publishes${topic === 'takes' ? '' : `, the topic ${topic}`}`,
  ({ of, topic }) =>
    async (_, world) => {
      world.topic = topic;
      await world[of].relay.sweep();
      world.topic = 'takes';
    },
);

const deliver = command(
  fc.record({ which: fc.nat(5), again: fc.boolean(), trouble }),
  ({ which, again, trouble }) => `message #${which} arrives${again ? ', and will come again' : ''}${but(trouble)}`,
  ({ which, again, trouble }) =>
    async (model, world) => {
      const message = pick(world.queue, which);
      if (!message || !(await world.deliver(message, trouble))) return;
      model.handle(message);
      if (!again) world.queue.splice(world.queue.indexOf(message), 1);
    },
);

/** By chance alone, what depends on the order of several messages or on one that comes again would seldom show. */
const flood = command(
  fc.record({ backwards: fc.boolean(), twice: fc.boolean() }),
  ({ backwards, twice }) =>
    `the relays publish, and all messages arrive${backwards ? ', the last one first' : ''}${twice ? ', and all again' : ''}`,
  ({ backwards, twice }) =>
    async (model, world) => {
      await Promise.all([world.orders.relay.sweep(), world.money.relay.sweep()]);
      const messages = world.queue.splice(0);
      if (backwards) messages.reverse();
      for (const message of twice ? [...messages, ...messages] : messages) await deliverSurely(model, world, message);
    },
);

/** What becomes of messages between services. */
export const aboutMessages = [relay, deliver, deliver, flood, flood];
