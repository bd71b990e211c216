import type { Message } from '@aws-sdk/client-sqs';

/** A message as the queue delivered it; `receipt` deletes or hides it. */
export interface Delivery {
  messageId: string;
  receipt: string;
  body: string;
  receiveCount: number;
}

export function toDelivery(message: Message): Delivery {
  return {
    messageId: message.MessageId ?? '',
    receipt: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
  };
}
