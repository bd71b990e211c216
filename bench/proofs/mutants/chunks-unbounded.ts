import { Server } from 'node:http';

const { prependListener } = Server.prototype;

/** Bodies may have any number of chunks: the listener that counts them is never added. */
Server.prototype.prependListener = function (this: Server, event: string, listener: () => void) {
  return event === 'request' || event === 'checkExpectation'
    ? this
    : (Reflect.apply(prependListener, this, [event, listener]) as Server);
} as typeof prependListener;
