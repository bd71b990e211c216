import 'reflect-metadata';
import { SqsServer } from '@app/messaging';

/** A failure is a failure: nobody tells a message that is at fault from a part that is away. */
const { dispatch } = SqsServer.prototype;
SqsServer.prototype.dispatch = function (message) {
  return dispatch.call(this, message).catch((error: unknown) => {
    throw new Error('The message was not processed.', { cause: error });
  });
};
