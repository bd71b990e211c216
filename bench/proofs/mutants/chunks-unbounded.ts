import { Server } from 'node:http';

const { prependListener } = Server.prototype;

/** Bodies may come in as many chunks as they like: the listener that counts them is never added. */
Server.prototype.prependListener = function (this: Server, event: string, listener: () => void) {
  return event === 'request' || event === 'checkExpectation'
    ? this
    : (Reflect.apply(prependListener, this, [event, listener]) as Server);
} as typeof prependListener;
