import 'reflect-metadata';
import { SqsServer } from '@app/messaging';

const HIDDEN_SECONDS = 5;

/** After its receiver died, a message is hidden for five seconds instead of 90. */
const { listen } = SqsServer.prototype;
SqsServer.prototype.listen = function (this: SqsServer, callback) {
  const { options } = this as unknown as { options: { visibilityTimeoutSeconds: number } };
  options.visibilityTimeoutSeconds = HIDDEN_SECONDS;
  listen.call(this, callback);
};
