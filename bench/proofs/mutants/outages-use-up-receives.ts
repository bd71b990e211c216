import 'reflect-metadata';
import { SqsServer } from '@app/messaging';

/** Counts an outage as a failure of the message. */
const { dispatch } = SqsServer.prototype;
SqsServer.prototype.dispatch = function (message) {
  return dispatch.call(this, message).catch((error: unknown) => {
    throw new Error('The message was not processed.', { cause: error });
  });
};
