import { sleep } from '@app/kernel';
import type { SqsServer } from '@app/messaging';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Handler, handlerOf } from './boot.js';

/** Kept back from the function's time for answering which messages are done. */
const ANSWER_MS = 1_000;

/**
 * The Lambda handler of a queue (`FunctionResponseTypes: ReportBatchItemFailures`). Fails closed: a message counts as
 * failed until its dispatch has resolved, also when time runs out; a failed boot returns the whole batch.
 */
export function sqsHandler(
  createServer: () => Promise<Pick<SqsServer, 'dispatch'>>,
): Handler<SQSEvent, Pick<Context, 'getRemainingTimeInMillis'>, SQSBatchResponse> {
  return handlerOf(createServer, async (server, { Records: records }, context) => {
    const failed = new Set(records);
    const work = Promise.allSettled(
      records.map(async (record) => {
        await server.dispatch(toMessage(record));
        failed.delete(record);
      }),
    );
    const timer = new AbortController();
    const timeIsUp = sleep(Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS), timer.signal);
    await Promise.race([work, timeIsUp]);
    timer.abort();
    timeIsUp.catch(() => undefined);
    return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

function toMessage({ messageId, body, attributes }: SQSRecord): {
  messageId: string;
  body: string;
  receiveCount: number;
} {
  return { messageId, body, receiveCount: Number(attributes.ApproximateReceiveCount) };
}
