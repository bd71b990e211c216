import { Public } from '@app/auth';
import { EnumField, IdField, IdParam } from '@app/http';
import { Controller, Get, HttpCode, HttpStatus, Post, Query, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { BUYER, MOVE_NAMES, type MoveName } from './buyer.js';
import { FaultsDto } from './faults.dto.js';
import { Form } from './form.decorator.js';
import { LocalPayments } from './local-payments.js';
import { Page } from './page.decorator.js';
import { paymentsPage } from './payments.page.js';

class ShowPaymentsDto {
  @IdField({ optional: true })
  order_id?: number;
}

class MoveDto {
  @EnumField(MOVE_NAMES)
  move: MoveName;
}

/** The page for whoever plays the buyer. */
@Public()
@ApiExcludeController()
@Controller('dev/payments')
export class PaymentsPageController {
  constructor(private readonly payments: LocalPayments) {}

  @Get()
  @Page()
  async page(@Query() { order_id }: ShowPaymentsDto): Promise<string> {
    const { faults } = this.payments;
    return paymentsPage({ payments: await this.payments.newest(order_id), order_id, faults });
  }

  /** Leads to all payments of the order, where the outcome is seen. */
  @Post(':payment_id/buyer')
  @HttpCode(HttpStatus.SEE_OTHER)
  @Redirect()
  async move(@IdParam('payment_id') paymentId: number, @Form(MoveDto) { move }: MoveDto) {
    const { card, authenticate } = BUYER[move];
    const orderId = await this.payments.play(paymentId, card, authenticate);
    return { url: `/dev/payments?order_id=${orderId}`, statusCode: HttpStatus.SEE_OTHER };
  }

  @Post('faults')
  @HttpCode(HttpStatus.SEE_OTHER)
  @Redirect()
  switchFaults(@Form(FaultsDto) faults: FaultsDto) {
    this.payments.switchFaults(faults);
    return { url: '/dev/payments', statusCode: HttpStatus.SEE_OTHER };
  }
}
