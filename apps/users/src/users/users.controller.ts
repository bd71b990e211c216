import { CurrentCaller, Public, Roles } from '@app/auth';
import {
  Example,
  IfMatch,
  Location,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  UserIdParam,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import { type Caller, emailKey, type ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Ip, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CreateUserDto } from './dto/create-user.dto.js';
import { UpdateUserDto } from './dto/update-user.dto.js';
import { USER_SORT_FIELDS, UserListQueryDto } from './dto/user-list-query.dto.js';
import { toUserResponse, UserListDto, UserResponseDto } from '../accounts/dto/user-response.dto.js';
import { UserChangesService } from './user-changes.service.js';
import { UsersService } from './users.service.js';

@Tag(
  'users',
  'Accounts and their roles: a `customer` sees what is their own, `staff` everybody’s orders and the stock, an `admin` ' +
    'also changes accounts. `me` stands for one’s own number.',
)
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly changes: UserChangesService,
  ) {}

  @Post()
  @Public()
  @Idempotent((body) => emailKey(String((body as { email?: unknown } | undefined)?.email)))
  @Location<UserResponseDto>(({ user_id }) => `/users/${user_id}`)
  @ApiOperation({ summary: 'Register', description: 'A verification e-mail follows.' })
  @ApiCreatedResponse({ type: UserResponseDto })
  @Problems('email-taken', 'username-taken')
  async register(
    @Body() body: CreateUserDto,
    @Ip() address: string,
    @Claimed() claim?: Claim,
  ): Promise<UserResponseDto> {
    return toUserResponse(await this.users.register(body, address, { claim, answer: toUserResponse }));
  }

  @Get()
  @Roles('staff')
  @ApiOperation({
    summary: 'List users',
    description: 'For staff. Newest first, unless `sort` says otherwise; follow `next_cursor` for the rest.',
  })
  @ApiOkResponse({ type: UserListDto })
  async list(@Query() query: UserListQueryDto): Promise<PageBody<'users', UserResponseDto>> {
    const request = pageRequest(query, { sorts: USER_SORT_FIELDS, default: '-created_at' });
    return pageResponse('users', await this.users.list(query, request), request, toUserResponse);
  }

  @Get(':user_id')
  @Roles('customer')
  @ApiOperation({ summary: 'Read a user', description: 'People read themselves, staff read everybody.' })
  @ApiOkResponse({ type: UserResponseDto })
  @Problems('not-found')
  async get(@CurrentCaller() caller: Caller, @UserIdParam() userId: number): Promise<UserResponseDto> {
    return toUserResponse(await this.users.get(caller, userId));
  }

  @Put(':user_id')
  @Roles('customer')
  @Example({ path: { user_id: 3 }, body: { full_name: 'Ada Lovelace', phone_number: '+442079460000' } })
  @ApiOperation({
    summary: 'Change a user',
    description:
      'People change themselves, administrators everybody. A new e-mail address waits in `pending_email` until it is ' +
      'verified; an account may ask for five in an hour.',
  })
  @ApiOkResponse({ type: UserResponseDto })
  @Problems(
    'forbidden',
    'not-found',
    'email-taken',
    'username-taken',
    'wrong-password',
    'too-many-attempts',
    'last-admin',
    'version-conflict',
    'precondition-failed',
  )
  async change(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @Body() body: UpdateUserDto,
    @Ip() address: string,
    @IfMatch() if_match?: ExpectedVersions,
  ): Promise<UserResponseDto> {
    return toUserResponse(await this.changes.change({ caller, user_id, address, if_match }, body));
  }

  @Delete(':user_id')
  @HttpCode(204)
  @Roles('customer')
  @Example({ path: { user_id: 4 } })
  @ApiOperation({
    summary: 'Erase a user',
    description: 'Personal data is erased, the e-mail becomes free, orders stay.',
  })
  @ApiNoContentResponse()
  @Problems('not-found', 'last-admin', 'precondition-failed')
  async erase(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @IfMatch() if_match?: ExpectedVersions,
  ): Promise<void> {
    await this.changes.erase({ caller, user_id, if_match });
  }
}
