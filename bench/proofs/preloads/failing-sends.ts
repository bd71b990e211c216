import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** Of this process's messages, two in ten never arrive, and one in ten arrives but its response is lost. */
const { send } = SQSClient.prototype;
SQSClient.prototype.send = async function (this: SQSClient, ...call: unknown[]) {
  const luck = call[0] instanceof SendMessageCommand ? Math.random() : 1;
  if (luck < 0.2) throw failure();
  const answer: unknown = await Reflect.apply(send, this, call);
  if (luck < 0.3) throw failure();
  return answer;
} as typeof send;

const failure = () => new Error('A failure for the proof.');
