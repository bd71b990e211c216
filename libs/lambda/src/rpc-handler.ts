import type { CommandInvocation, CommandReply, LambdaServer } from '@app/messaging';
import { type Handler, handlerOf } from './boot.js';

/** The Lambda handler of an app's commands, which other services invoke with `LambdaClient`. */
export function rpcHandler(
  createServer: () => Promise<LambdaServer>,
): Handler<CommandInvocation, unknown, CommandReply> {
  return handlerOf(createServer, (server, command) => server.dispatch(command));
}
