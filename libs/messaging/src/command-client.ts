import { type ClientProxy, ClientTCP } from '@nestjs/microservices';
import type { TcpSocket } from '@nestjs/microservices/helpers/tcp-socket.js';
import type { AwsOptions } from './aws-options.js';
import { MAX_PACKET } from './command-server.js';
import { LambdaClient } from './lambda-client.js';

/**
 * The client for an address: `tcp://host:port`, or `lambda:function-name` such as `lambda:commerce-dev-products-rpc`.
 *
 * @throws Error when the address is neither.
 */
export function commandClient(address: string, options: AwsOptions): ClientProxy {
  const functionName = /^lambda:([A-Za-z0-9-_:]{1,140})$/.exec(address)?.[1];
  if (functionName) return new LambdaClient({ ...options, functionName });
  const tcp = /^tcp:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(address);
  const host = tcp?.[1]?.replace(/^\[|\]$/g, '');
  if (host) return new PromptTcpClient({ host, port: Number(tcp?.[2]), maxBufferSize: MAX_PACKET }) as ClientProxy;
  throw new Error(`A command address is tcp://host:port or lambda:function-name, not ${address}.`);
}

/** Small packets of many requests share its connection, and Nagle's algorithm would have each wait for the last one's ACK. */
class PromptTcpClient extends ClientTCP {
  override createSocket(): TcpSocket {
    const socket = super.createSocket();
    socket.netSocket.setNoDelay(true);
    return socket;
  }
}
