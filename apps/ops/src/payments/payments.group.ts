import { Module } from '@nestjs/common';
import {
  ListPaymentsCommand,
  PaymentsCommand,
  RefreshPaymentCommand,
  ShowPaymentCommand,
} from './payments.commands.js';
import { Payments } from './payments.js';
import { ReconcileCommand } from './reconcile.command.js';
import { RefundPaymentCommand, RefundQuestion } from './refund.command.js';

@Module({
  providers: [
    PaymentsCommand,
    ListPaymentsCommand,
    ShowPaymentCommand,
    RefreshPaymentCommand,
    ReconcileCommand,
    RefundPaymentCommand,
    RefundQuestion,
    Payments,
  ],
})
export class PaymentsGroup {}
