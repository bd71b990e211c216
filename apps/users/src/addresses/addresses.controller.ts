import { CurrentCaller, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  IfMatch,
  Location,
  type PageBody,
  PageQueryDto,
  pageRequest,
  pageResponse,
  Problems,
  Tag,
  UserIdParam,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions } from '@app/kernel';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { AddressesService } from './addresses.service.js';
import { SavedAddressListDto, SavedAddressResponseDto, toAddressResponse } from './dto/address-response.dto.js';
import { CreateAddressDto, UpdateAddressDto } from './dto/write-address.dto.js';

/** Whose addresses the demo data has. */
const CUSTOMER = { path: { user_id: 3 } };

@Tag(
  'addresses',
  'The addresses that a user keeps for orders to come, 20 at most. One of them is the default as long as there is any: the ' +
    'first one, until another takes its place. An order has copies, which a later change does not reach.',
)
@Controller('users/:user_id/addresses')
export class AddressesController {
  constructor(private readonly addresses: AddressesService) {}

  @Get()
  @Roles('customer')
  @Example(CUSTOMER)
  @ApiOperation({ summary: 'List a user’s addresses', description: 'Oldest first. For oneself and for staff.' })
  @ApiOkResponse({ type: SavedAddressListDto })
  @Problems('not-found')
  async list(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @Query() query: PageQueryDto,
  ): Promise<PageBody<'addresses', SavedAddressResponseDto>> {
    const request = pageRequest(query, { sorts: [], default: 'address_id' });
    const page = await this.addresses.list({ caller, user_id }, request);
    return pageResponse('addresses', page, request, toAddressResponse);
  }

  @Post()
  @Roles('customer')
  @Idempotent()
  @Example(CUSTOMER)
  @Location<SavedAddressResponseDto>(({ user_id, address_id }) => `/users/${user_id}/addresses/${address_id}`)
  @ApiOperation({
    summary: 'Keep an address',
    description: 'For oneself and for administrators. The first one is the default, whatever `is_default` says.',
  })
  @ApiCreatedResponse({ type: SavedAddressResponseDto })
  @Problems('not-found', 'too-many-addresses')
  async add(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @Body() body: CreateAddressDto,
    @Claimed() claim?: Claim,
  ): Promise<SavedAddressResponseDto> {
    const reply = { claim, answer: toAddressResponse };
    return toAddressResponse(await this.addresses.add({ caller, user_id }, body, reply));
  }

  @Get(':address_id')
  @Roles('customer')
  @Example(CUSTOMER)
  @ApiOperation({ summary: 'Read an address', description: 'For oneself and for staff.' })
  @ApiOkResponse({ type: SavedAddressResponseDto })
  @Problems('not-found')
  async get(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @IdParam('address_id') addressId: number,
  ): Promise<SavedAddressResponseDto> {
    return toAddressResponse(await this.addresses.get({ caller, user_id }, addressId));
  }

  @Put(':address_id')
  @Roles('customer')
  @Example(CUSTOMER)
  @ApiOperation({
    summary: 'Change an address',
    description:
      'For oneself and for administrators. Parts that are left out stay as they are. The default stops being it when another ' +
      'one becomes it.',
  })
  @ApiOkResponse({ type: SavedAddressResponseDto })
  @Problems('not-found', 'precondition-failed')
  async change(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @IdParam('address_id') addressId: number,
    @Body() body: UpdateAddressDto,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<SavedAddressResponseDto> {
    return toAddressResponse(await this.addresses.change({ caller, user_id }, addressId, body, ifMatch));
  }

  @Delete(':address_id')
  @HttpCode(204)
  @Roles('customer')
  @Example({ path: { ...CUSTOMER.path, address_id: 2 } })
  @ApiOperation({
    summary: 'Forget an address',
    description: 'For oneself and for administrators. If it was the default, the oldest of the others is from now on.',
  })
  @ApiNoContentResponse()
  @Problems('not-found', 'precondition-failed')
  async remove(
    @CurrentCaller() caller: Caller,
    @UserIdParam() user_id: number,
    @IdParam('address_id') addressId: number,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<void> {
    await this.addresses.remove({ caller, user_id }, addressId, ifMatch);
  }
}
