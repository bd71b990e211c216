import type { Logger } from '@app/telemetry';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';

/** Kept back from the function's time for telling CloudFormation, which would wait for an answer until its own ends. */
const ANSWER_MS = 10_000;
const REASON_LENGTH = 1_000;
const PHYSICAL_ID = 'commerce-databases';

/**
 * Does the work of a custom resource and tells CloudFormation. Deleting it does nothing, for data outlives the stack.
 * Neither does a change to a digest that is not this release's: that is a rollback, and migrations never go down.
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
  { digest, work, logger }: { digest: string; work: () => Promise<void>; logger: Logger },
): Promise<void> {
  let outcome: { Status: string; Reason?: string } = { Status: 'SUCCESS' };
  try {
    if (event.RequestType !== 'Delete' && event.ResourceProperties['Digest'] === digest) {
      await withinTime(work(), context.getRemainingTimeInMillis() - ANSWER_MS);
    }
  } catch (error) {
    logger.error({ err: error }, 'the databases are not as this release needs them');
    outcome = { Status: 'FAILED', Reason: String(error).slice(0, REASON_LENGTH) };
  }
  const { StackId, RequestId, LogicalResourceId } = event;
  const body = { ...outcome, StackId, RequestId, LogicalResourceId, PhysicalResourceId: PHYSICAL_ID };
  const answer = await fetch(event.ResponseURL, {
    method: 'PUT',
    body: JSON.stringify(body),
    headers: { 'content-type': '' },
  });
  if (!answer.ok) throw new Error(`CloudFormation's answer address refused the outcome with ${answer.status}.`);
}

async function withinTime(work: Promise<void>, ms: number): Promise<void> {
  const timer = Promise.withResolvers<never>();
  const timeout = setTimeout(
    () => timer.reject(new Error('The migrations took longer than the function may run.')),
    ms,
  );
  try {
    await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}
