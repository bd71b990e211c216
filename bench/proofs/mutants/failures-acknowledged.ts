import 'reflect-metadata';
import { SqsServer } from '@app/messaging';

/** What a queue strategy on Nest's own `handleEvent` does: a failed message counts as consumed. */
const dispatch = SqsServer.prototype.dispatch;
SqsServer.prototype.dispatch = function (message) {
  return dispatch.call(this, message).catch(() => undefined);
};
