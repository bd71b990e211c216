import { Public } from '@app/auth';
import { BooleanField, IdParam, TextField } from '@app/http';
import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Faults } from '../stripe/settings.js';
import { FaultsDto } from './faults.dto.js';
import { type Confirmation, LocalPayments } from './local-payments.js';

class ConfirmPaymentDto {
  @TextField({ min: 1, max: 100 })
  payment_method: string;

  @BooleanField({ optional: true })
  authenticate?: boolean;
}

/** The embedded Stripe, for programs and for whoever plays the buyer. */
@Public()
@ApiExcludeController()
@Controller('dev')
export class PaymentsController {
  constructor(private readonly payments: LocalPayments) {}

  /** Where it is, for a program with Stripe's SDK. */
  @Get('stripe')
  place(): { url: string; secret_key: string; webhook_secret: string } {
    const { endpoint: url, secretKey: secret_key, webhookSecret: webhook_secret } = this.payments.place;
    return { url, secret_key, webhook_secret };
  }

  /** Returns the faults in force. They end with the process. */
  @Post('stripe/faults')
  @HttpCode(HttpStatus.OK)
  switchFaults(@Body() faults: FaultsDto): Readonly<Faults> {
    return this.payments.switchFaults(faults);
  }

  @Post('payments/:payment_id/confirm')
  @HttpCode(HttpStatus.OK)
  confirm(
    @IdParam('payment_id') paymentId: number,
    @Body() { payment_method, authenticate }: ConfirmPaymentDto,
  ): Promise<Confirmation> {
    return this.payments.confirm(paymentId, payment_method, authenticate);
  }
}
