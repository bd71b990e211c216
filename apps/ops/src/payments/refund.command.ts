import { DomainError, formatMoney, parseMoney } from '@app/kernel';
import { CommandRunner, InquirerService, Option, Question, QuestionSet, SubCommand } from 'nest-commander';
import {
  type Payment,
  PaymentsAdminService,
  REFUND_REASONS,
  type RefundReason,
  RefundsAdminService,
  toRefundResponse,
} from '../../../payments/src/operations-app.module.js';
import { confirm } from '../context/confirm.js';
import { DoneInPart } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { parseChoice, parseId } from '../context/options.js';
import { Output } from '../context/output.js';
import { Payments } from './payments.js';

interface Options {
  amount?: string;
  reason: RefundReason;
  note?: string;
  yes?: true;
}

@SubCommand({
  name: 'refund',
  arguments: '<id>',
  description: 'Give the money of a payment back, or a part of it; asks before it does',
})
export class RefundPaymentCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly operator: Operator,
    private readonly output: Output,
    private readonly prompt: InquirerService,
  ) {
    super();
  }

  override async run([id]: string[], { amount: text, reason, note, yes }: Options): Promise<void> {
    const paymentId = parseId(id);
    const operator = await this.operator.name();
    const { payment, refund } = await this.payments.run(async (app) => {
      const payment = await app.get(PaymentsAdminService).get(paymentId);
      const amount = amountOf(payment, text);
      if (yes !== true) await this.confirm(payment, amount);
      return {
        payment,
        refund: await app.get(RefundsAdminService).refund(paymentId, { amount, reason, note }, operator),
      };
    });
    const response = toRefundResponse(payment, true)(refund);
    const { amount, currency, status, failure_code } = response;
    const sentence = `The refund of ${amount} ${currency} of payment ${paymentId} is ${status}.`;
    await this.output.done(sentence, response);
    if (status === 'failed')
      throw new DoneInPart(`The provider has refused the refund (${failure_code ?? 'no reason'}): no money moved.`);
    if (status !== 'succeeded') this.output.say('The running service finds out what becomes of it.');
  }

  @Option({
    flags: '--amount <amount>',
    description: 'in the currency of the payment, such as 5.00; default what is left',
  })
  amount(text: string): string {
    return text;
  }

  @Option({ flags: '--reason <reason>', description: REFUND_REASONS.join(', '), required: true })
  reason(text: string): RefundReason {
    return parseChoice('--reason', REFUND_REASONS, text);
  }

  @Option({ flags: '--note <text>', description: 'for staff, at most 500 characters' })
  note(text: string): string {
    if (text.length >= 1 && text.length <= 500) return text;
    throw new DomainError('validation-failed', '--note takes 1 to 500 characters.');
  }

  @Option({ flags: '--yes', description: 'do not ask' })
  yes(): true {
    return true;
  }

  private async confirm(payment: Payment, amount: number): Promise<void> {
    const { paymentId, orderId, capturedAmount, currency } = payment;
    const [given, captured] = [formatMoney(amount, currency), formatMoney(capturedAmount, currency)];
    this.output.say(
      `This gives back ${given} of the ${captured} ${currency} that order ${orderId} paid by payment ${paymentId}.`,
    );
    await confirm(this.prompt, 'refund', given);
  }
}

/** Asks for the amount instead of `y`, which people type by habit. */
@QuestionSet({ name: 'refund' })
export class RefundQuestion {
  @Question({ type: 'input', name: 'refund', message: 'To give it back, type the amount:' })
  answer(text: string): string {
    return text;
  }
}

/** Minor units. @throws DomainError for anything but an amount in the payment's currency */
function amountOf({ refundableAmount, currency }: Payment, text: string | undefined): number {
  if (text === undefined) return refundableAmount;
  const amount = parseMoney(text, currency);
  if (amount !== undefined && amount > 0) return amount;
  const example = formatMoney(500, currency);
  throw new DomainError('validation-failed', `--amount takes an amount in ${currency}, such as ${example}.`);
}
