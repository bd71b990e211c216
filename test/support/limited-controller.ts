import { Guests, Public, Roles } from '@app/auth';
import { Controller, Get, Post } from '@nestjs/common';

/** Routes of every kind that limits distinguish. */
@Controller('limited')
export class LimitedController {
  @Get('open')
  @Public()
  open(): object {
    return {};
  }

  @Post('open')
  @Public()
  write(): object {
    return {};
  }

  @Get('own')
  @Roles('customer')
  own(): object {
    return {};
  }

  @Get('cart')
  @Roles('customer')
  @Guests('cart')
  cart(): object {
    return {};
  }
}
