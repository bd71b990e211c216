import { Public } from '@app/auth';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ACCOUNT_PAGE, ACCOUNT_PAGE_POLICY } from './account-page.js';

/** The page that links in account e-mails open while ACCOUNT_URL is not set. */
@Controller('account')
@Public()
@ApiExcludeController()
export class AccountPageController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', ACCOUNT_PAGE_POLICY)
  @Header('referrer-policy', 'no-referrer')
  @Header('cache-control', 'no-store')
  page(): string {
    return ACCOUNT_PAGE;
  }
}
