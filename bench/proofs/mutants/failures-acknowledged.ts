import 'reflect-metadata';
import { SqsServer } from '@app/messaging';

/** As a queue strategy on Nest's own `handleEvent`, acknowledges failed messages. */
const dispatch = SqsServer.prototype.dispatch;
SqsServer.prototype.dispatch = function (message) {
  return dispatch.call(this, message).catch(() => undefined);
};
