import { backoff, sleep, waitAtMost } from '@app/async';
import { isUnavailable } from '@app/kernel';
import type { QueueMessage, SqsServer } from '@app/messaging';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Handler, handlerOf } from './boot.js';

/** Time reserved at the end of the invocation to return which messages failed. */
const RESPONSE_MS = 1_000;
/** Added to a handler's `retryAfter`, so that messages that failed together are not retried together. */
const SPREAD = { base: 250, max: 2_000 };

/**
 * The Lambda handler of a queue (`FunctionResponseTypes: ReportBatchItemFailures`). Fails closed: a message counts as
 * failed until its dispatch has resolved, also when time runs out; a failed boot fails the whole batch. If a dependency
 * of a handler is down (`service-unavailable`), the message is retried after `retryAfter` while the function has time:
 * only then does the outage cost it a receive.
 */
export function sqsHandler(
  createServer: () => Promise<Pick<SqsServer, 'dispatch'>>,
): Handler<SQSEvent, Pick<Context, 'getRemainingTimeInMillis'>, SQSBatchResponse> {
  return handlerOf(createServer, async (server, { Records: records }, context) => {
    const failed = new Set(records);
    const giveUpAt = performance.now() + context.getRemainingTimeInMillis() - RESPONSE_MS;
    const work = Promise.allSettled(
      records.map(async (record) => {
        await dispatchWithRetries(server, toMessage(record), giveUpAt);
        failed.delete(record);
      }),
    );
    await waitAtMost(Math.max(0, giveUpAt - performance.now()), work);
    return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

async function dispatchWithRetries(
  server: Pick<SqsServer, 'dispatch'>,
  message: QueueMessage,
  giveUpAt: number,
): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await server.dispatch(message);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const wait = (error.retryAfter ?? 1) * 1_000 + backoff(attempt, SPREAD);
      if (performance.now() + wait > giveUpAt) throw error;
      await sleep(wait);
    }
  }
}

function toMessage({ messageId, body, attributes }: SQSRecord): QueueMessage {
  return { messageId, body, receiveCount: Number(attributes.ApproximateReceiveCount) };
}
