import { CurrentCaller, Roles } from '@app/auth';
import { IntegerField, Problems, UserIdParam } from '@app/http';
import type { Caller } from '@app/kernel';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ClaimsService } from './claims.service.js';

export class ClaimedOrdersDto {
  @IntegerField({ min: 0, max: 2_147_483_647, example: 0, description: 'How many orders are the caller’s now.' })
  claimed: number;
}

@ApiTags('orders')
@Controller()
export class ClaimsController {
  constructor(private readonly claims: ClaimsService) {}

  @Post('users/:user_id/claim-orders')
  @Roles('customer')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Claim the orders that you placed as a guest',
    description:
      'All that were placed with your verified e-mail address, or none (`me` stands for your number). Again it claims what ' +
      'has come since. Their tokens stay valid.',
  })
  @ApiOkResponse({ type: ClaimedOrdersDto })
  @Problems('email-not-verified')
  async claim(@UserIdParam() userId: number, @CurrentCaller() caller: Caller): Promise<ClaimedOrdersDto> {
    return { claimed: await this.claims.claim(userId, caller) };
  }
}
