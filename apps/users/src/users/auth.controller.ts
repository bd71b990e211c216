import { Public } from '@app/auth';
import { Example, Problems, RequestPriority, Tag } from '@app/http';
import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AccountService } from './account.service.js';
import { AuthService, type TokenPair } from './auth.service.js';
import {
  ConfirmPasswordResetDto,
  LoggedInDto,
  LoginDto,
  RefreshDto,
  RequestPasswordResetDto,
  ResendVerificationDto,
  toLoggedIn,
  TokenPairDto,
  VerifyEmailDto,
} from './dto/auth.dto.js';

@Tag(
  'auth',
  'A login gives an access token, which every private operation takes as `Authorization: Bearer …` for 15 minutes, and a ' +
    'refresh token, which is traded for the next pair. A session ends 30 days after its last refresh, by a logout, or by a ' +
    'new password.',
)
@Controller('auth')
@Public()
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly account: AccountService,
  ) {}

  @Post('login')
  @RequestPriority('critical')
  @HttpCode(200)
  @Example({ body: { email: 'customer@example.com', password: 'demo customer pass phrase' } })
  @ApiOperation({
    summary: 'Log in',
    description:
      'Wrong passwords are counted per account and address; after too many, `Retry-After` says how long to wait.',
  })
  @ApiOkResponse({ type: LoggedInDto })
  @Problems('invalid-credentials', 'too-many-attempts')
  async logIn(@Body() body: LoginDto, @Ip() address: string): Promise<LoggedInDto> {
    return toLoggedIn(await this.auth.logIn(body, address));
  }

  @Post('refresh')
  @RequestPriority('critical')
  @HttpCode(200)
  @Example({ body: { refresh_token: '{{refresh_token}}' } })
  @ApiOperation({
    summary: 'Trade a refresh token for a new pair',
    description:
      'Each refresh token is traded once. For 10 seconds, and until its successor is traded itself, the same token gets ' +
      'the same successor again, so that two tabs, or a client whose answer was lost, go on. After that it ends the session.',
  })
  @ApiOkResponse({ type: TokenPairDto })
  @Problems('invalid-refresh-token')
  refresh(@Body() body: RefreshDto): Promise<TokenPair> {
    return this.auth.refresh(body);
  }

  @Post('logout')
  @HttpCode(204)
  @Example({ body: { refresh_token: '{{refresh_token}}' } })
  @ApiOperation({
    summary: 'End the session of a refresh token',
    description:
      'The session gets no new tokens. Access tokens that it has got last until they expire, 15 minutes at most; a new ' +
      'password ends them too, within a minute. An unknown token is no error.',
  })
  @ApiNoContentResponse()
  logOut(@Body() body: RefreshDto): Promise<void> {
    return this.auth.logOut(body);
  }

  @Post('verify-email')
  @HttpCode(204)
  @Example({ body: { token: '{{verification_token}}' } })
  @ApiOperation({
    summary: 'Verify an e-mail address',
    description:
      'Single use, within 48 hours. A pending address becomes the account’s, unless another account has it meanwhile.',
  })
  @ApiNoContentResponse()
  @Problems('token-invalid', 'email-taken')
  verifyEmail(@Body() body: VerifyEmailDto): Promise<void> {
    return this.account.verifyEmail(body);
  }

  @Post('verify-email/resend')
  @HttpCode(202)
  @Example({ body: { email: 'customer@example.com' } })
  @ApiOperation({
    summary: 'Ask for another link to verify an address',
    description:
      'Answers 202 whether or not an account waits for this address to be verified. One address gets at most three ' +
      'e-mails with a link in an hour, and ten in a day until it is verified.',
  })
  @ApiAcceptedResponse()
  resendVerification(@Body() body: ResendVerificationDto): Promise<void> {
    return this.account.resendVerification(body);
  }

  @Post('password-reset')
  @HttpCode(202)
  @Example({ body: { email: 'customer@example.com' } })
  @ApiOperation({
    summary: 'Ask for a link to choose a new password',
    description: 'Answers 202 whether or not the account exists. One address gets at most three links in an hour.',
  })
  @ApiAcceptedResponse()
  requestPasswordReset(@Body() body: RequestPasswordResetDto): Promise<void> {
    return this.account.requestPasswordReset(body);
  }

  @Post('password-reset/confirm')
  @HttpCode(204)
  @Example({ body: { token: '{{reset_token}}', password: 'demo customer pass phrase' } })
  @ApiOperation({ summary: 'Choose a new password', description: 'Single use, within an hour; ends every session.' })
  @ApiNoContentResponse()
  @Problems('token-invalid')
  confirmPasswordReset(@Body() body: ConfirmPasswordResetDto, @Ip() address: string): Promise<void> {
    return this.account.confirmPasswordReset(body, address);
  }
}
