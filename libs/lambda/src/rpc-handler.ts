import type { CommandInvocation, CommandReply, LambdaServer } from '@app/messaging';
import { bootOnce } from './boot.js';

/** The Lambda handler of an app's commands, invoked by other services' `LambdaClient`. */
export function rpcHandler(
  createServer: () => Promise<LambdaServer>,
): (command: CommandInvocation) => Promise<CommandReply> {
  const booted = bootOnce(createServer);
  return async (command) => (await booted()).dispatch(command);
}
