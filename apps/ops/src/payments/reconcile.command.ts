import { CommandRunner, SubCommand } from 'nest-commander';
import { ReconciliationAdminService, type Reconciled } from '../../../payments/src/operations-app.module.js';
import { DoneInPart, noted } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Payments } from './payments.js';

@SubCommand({
  name: 'reconcile',
  description: 'Ask the provider now for events that were lost, and about every payment that is open',
})
export class ReconcileCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const operator = await this.operator.name();
    const result = await this.payments.run(async (app) => {
      const { result, record } = await app.get(ReconciliationAdminService).run(operator);
      await noted(sentenceOf(result), record);
      return result;
    });
    await this.output.done(`${sentenceOf(result)}.`, result);
    if (result.payments_left > 0)
      throw new DoneInPart(
        `The provider did not answer about ${result.payments_left} open payments: run it again, or leave them to the service.`,
      );
  }
}

function sentenceOf(result: Reconciled): string {
  const { events_found, payments_checked, payments_changed, entries_added } = result;
  return (
    `${events_found} events of the provider had not come; ${payments_changed} of ${payments_checked} open payments have ` +
    `changed; the ledger has ${entries_added} new entries`
  );
}
