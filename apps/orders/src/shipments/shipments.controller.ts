import { CurrentCaller, CurrentVisitor, Guests, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  IfMatch,
  Location,
  OptionalBody,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  RequestPriority,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, ExpectedVersions, Visitor } from '@app/kernel';
import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { type ParcelDto, CreateShipmentDto, UpdateShipmentDto } from './dto/shipment-request.dto.js';
import {
  ListPartsQueryDto,
  PART_SORTS,
  ShipmentListDto,
  ShipmentResponseDto,
  toShipmentResponse,
} from './dto/shipment-response.dto.js';
import { ShipmentsService } from './shipments.service.js';

@Tag(
  'shipments',
  'What leaves together is a shipment, in one parcel or more. A paid order is sent in as many as it takes, and what will ' +
    'not be sent is cancelled. `fulfilment_status` of the order follows from both; the last delivery completes it.',
)
@Controller()
export class ShipmentsController {
  constructor(private readonly shipments: ShipmentsService) {}

  @Post('orders/:order_id/shipments')
  @Roles('staff')
  @Idempotent()
  @OptionalBody()
  @ApiBody({ type: CreateShipmentDto, required: false })
  @RequestPriority('critical')
  @Example({
    path: { order_id: 4 },
    body: {
      items: [{ order_item_id: 4, quantity: 1 }],
      parcels: [{ carrier: 'DHL', tracking_number: 'JD0147' }],
    },
  })
  @Location((shipment: ShipmentResponseDto) => `/shipments/${shipment.shipment_id}`)
  @ApiOperation({
    summary: 'Ship an order, or a part of it',
    description:
      'For staff. All that is open, unless `items` says what. The customer gets one e-mail with all its parcels.',
  })
  @ApiCreatedResponse({ type: ShipmentResponseDto })
  @Problems('order-not-paid', 'quantity-exceeds-open')
  async create(
    @IdParam('order_id') orderId: number,
    @Body() { parcels, ...body }: CreateShipmentDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<ShipmentResponseDto> {
    const asked = { ...body, ...(parcels && { parcels: parcels.map(toParcel) }) };
    return toShipmentResponse(
      await this.shipments.create(orderId, asked, caller, { claim, answer: toShipmentResponse }),
    );
  }

  @Get('orders/:order_id/shipments')
  @Roles('customer')
  @Guests('order')
  @Example({ path: { order_id: 3 } })
  @ApiOperation({
    summary: 'List an order’s shipments',
    description: 'For its customer, a guest with its token, and for staff. Oldest first, unless `sort` says otherwise.',
  })
  @ApiOkResponse({ type: ShipmentListDto })
  async listOf(
    @IdParam('order_id') orderId: number,
    @Query() query: ListPartsQueryDto,
    @CurrentVisitor() visitor: Visitor,
  ): Promise<PageBody<'shipments', ShipmentResponseDto>> {
    const request = pageRequest(query, PART_SORTS);
    const { order, ...page } = await this.shipments.listOf(orderId, request, visitor);
    return pageResponse('shipments', page, request, (shipment) => toShipmentResponse({ order, shipment }));
  }

  @Get('shipments/:shipment_id')
  @Roles('customer')
  @Guests('order')
  @ApiOperation({
    summary: 'Read a shipment',
    description: 'Customers read those of their own orders, guests of the order whose token they have, staff read all.',
  })
  @ApiOkResponse({ type: ShipmentResponseDto })
  async get(
    @IdParam('shipment_id') shipmentId: number,
    @CurrentVisitor() visitor: Visitor,
  ): Promise<ShipmentResponseDto> {
    return toShipmentResponse(await this.shipments.get(shipmentId, visitor));
  }

  @Put('shipments/:shipment_id')
  @Roles('staff')
  @Example({ path: { shipment_id: 1 }, body: { parcels: [{ carrier: 'DHL', tracking_number: 'JD0148' }] } })
  @ApiOperation({
    summary: 'Change a shipment’s parcels, or take its next step',
    description: 'For staff. New parcels replace the former ones, and send no e-mail.',
  })
  @ApiOkResponse({ type: ShipmentResponseDto })
  @Problems('invalid-transition', 'version-conflict')
  async change(
    @IdParam('shipment_id') shipmentId: number,
    @Body() { parcels, ...body }: UpdateShipmentDto,
    @CurrentCaller() caller: Caller,
    @IfMatch() ifMatch?: ExpectedVersions,
  ): Promise<ShipmentResponseDto> {
    const asked = { ...body, ...(parcels && { parcels: parcels.map(toParcel) }) };
    return toShipmentResponse(await this.shipments.change(shipmentId, asked, caller, ifMatch));
  }

  @Post('shipments/:shipment_id/cancel')
  @Roles('staff')
  @HttpCode(200)
  @Example({ path: { shipment_id: 2 } })
  @ApiOperation({
    summary: 'Unpack a shipment that has not left',
    description: 'For staff, while it is `prepared`. Its pieces are open again.',
  })
  @ApiOkResponse({ type: ShipmentResponseDto })
  @Problems('invalid-transition', 'version-conflict')
  async cancel(
    @IdParam('shipment_id') shipmentId: number,
    @CurrentCaller() caller: Caller,
  ): Promise<ShipmentResponseDto> {
    return toShipmentResponse(await this.shipments.cancel(shipmentId, caller));
  }
}

const toParcel = ({ carrier, tracking_number = null, tracking_url = null }: ParcelDto) => ({
  carrier,
  tracking_number,
  tracking_url,
});
